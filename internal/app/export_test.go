package app

// SetTableRows makes one file of a table hold so many rows, and gives what undoes it.
func SetTableRows(most int) (undo func()) {
	before := tableRows
	tableRows = most
	return func() { tableRows = before }
}

package store

// Finding is one thing that verify found wrong: a message key with its arguments.
type Finding struct {
	Key  string
	Args map[string]any
}

// Report is what verify looked at and found.
type Report struct {
	Findings    []Finding
	Dealerships int // whose current rows were recomputed
	Rows        int // derived rows compared
	Moments     int // earlier moments recomputed
	Changes     int // entries of the log whose hashes were followed
}

// OK tells whether nothing was found.
func (r Report) OK() bool { return len(r.Findings) == 0 }

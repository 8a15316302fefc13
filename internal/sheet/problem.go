package sheet

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is a fault of a table that the one who made the file can mend. Key names the sentence, which the application
// puts into its reader's language with Args; Error and Sentence give it in English.
type Problem struct {
	Key        string
	Sheet      string // name of the sheet; empty for CSV and where the whole file is meant
	Row        int    // the number a spreadsheet shows; 0 where no one row is meant
	Column     string // name of the column, or the header as the file has it
	Value      string // what stands there, shortened
	Suggestion string // the nearest thing that would be right, or empty
	Limit      string // the bound that was passed, in words: "10 MB", "50,000"
	Cause      error  // what a library said, for the log; nil in most cases
}

// Messages gives the English sentence of every problem by its key. Sentences name what Args gives in the form
// {{.Column}}. The map is the caller's own.
func Messages() map[string]string {
	messages := make(map[string]string, len(english))
	for key, sentence := range english {
		messages[key] = sentence
	}
	return messages
}

// The keys of all problems. Those of a whole file come first, then headers, then single rows.
const (
	problemFileSize     = "sheet_file_size"
	problemEmpty        = "sheet_empty"
	problemNotATable    = "sheet_not_a_table"
	problemOldWorkbook  = "sheet_old_workbook"
	problemEncoding     = "sheet_encoding"
	problemBrokenUTF8   = "sheet_broken_utf8"
	problemRows         = "sheet_rows"
	problemGroup        = "sheet_group"
	problemRowSize      = "sheet_row_size"
	problemCellSize     = "sheet_cell_size"
	problemQuote        = "sheet_quote"
	problemUnpacked     = "sheet_unpacked"
	problemParts        = "sheet_parts"
	problemDamaged      = "sheet_damaged"
	problemPlace        = "sheet_place"
	problemHeaderNone   = "sheet_header_none"
	problemHeader       = "sheet_header_unknown"
	problemHeaderNear   = "sheet_header_unknown_near"
	problemHeaderTwice  = "sheet_header_twice"
	problemHeaderMissed = "sheet_header_missing"
	problemFormula      = "sheet_cell_formula"
	problemDigits       = "sheet_cell_digits"
	problemControl      = "sheet_cell_control"
	problemReplacement  = "sheet_cell_replacement"
	problemOutside      = "sheet_cell_outside"
)

var english = map[string]string{
	problemFileSize:     "The file is larger than {{.Limit}}; split it into smaller files.",
	problemEmpty:        "The file holds no table; choose a file with a header row and data below it.",
	problemNotATable:    "The file is neither a CSV file nor an Excel workbook (.xlsx); save the table as one of these.",
	problemOldWorkbook:  "The file is an old Excel workbook (.xls) or is protected by a password; save it as .xlsx without a password.",
	problemEncoding:     "The text is in no known encoding; save the file as “CSV UTF-8” or as .xlsx.",
	problemBrokenUTF8:   "The text is UTF-8 but damaged, perhaps cut off; export the file again.",
	problemRows:         "The file has more than {{.Limit}} rows; split it into smaller files.",
	problemGroup:        "More than {{.Limit}} rows are about one and the same; split the file, or look for a code that was copied into each row.",
	problemRowSize:      "The row is longer than {{.Limit}}; look for a quotation mark that is not closed.",
	problemCellSize:     "A cell holds more than {{.Limit}} characters; shorten it.",
	problemQuote:        "A quotation mark is out of place or not closed; export the file again from a spreadsheet.",
	problemUnpacked:     "The workbook unpacks to more than {{.Limit}}, far beyond its size; save it anew or use CSV.",
	problemParts:        "The workbook has more than {{.Limit}} parts; copy the table into a new workbook.",
	problemDamaged:      "The workbook is damaged; open it in a spreadsheet and save it anew as .xlsx.",
	problemPlace:        "The workbook has a cell where no table can have one ({{.Value}}); copy the table into a new workbook.",
	problemHeaderNone:   "None of the first {{.Limit}} rows is a header; add the row of column names, or hide a sheet that holds no table.",
	problemHeader:       "The header “{{.Column}}” is not known; rename or remove that column.",
	problemHeaderNear:   "The header “{{.Column}}” is not known; did you mean “{{.Suggestion}}”?",
	problemHeaderTwice:  "The headers “{{.Value}}” and “{{.Column}}” mean the same column; keep one of them.",
	problemHeaderMissed: "The column “{{.Column}}” is missing; add it.",
	problemFormula:      "The cell holds a formula without its result; open the workbook in a spreadsheet and save it.",
	problemDigits:       "The cell holds a number of more than 15 digits, of which spreadsheets lose the last; store it as text.",
	problemControl:      "The cell holds an invisible control character; type its text anew.",
	problemReplacement:  "The cell holds a character that was lost in an earlier conversion (�); type its text anew.",
	problemOutside:      "The cell stands under no header; name its column or empty it (a stray separator moves cells to the right).",
}

// Error gives the place and the sentence in English.
func (p *Problem) Error() string {
	var place []string
	if p.Sheet != "" {
		place = append(place, "sheet "+p.Sheet)
	}
	if p.Row > 0 {
		place = append(place, "row "+strconv.Itoa(p.Row))
	}
	if len(place) == 0 {
		return p.Sentence()
	}
	text := strings.Join(place, ", ")
	return strings.ToUpper(text[:1]) + text[1:] + ": " + p.Sentence()
}

// Sentence gives the English sentence without the place.
func (p *Problem) Sentence() string {
	var pairs []string
	for name, value := range p.Args() {
		pairs = append(pairs, "{{."+name+"}}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(english[p.Key])
}

// Args gives what the sentence of the problem may name, by the field's name.
func (p *Problem) Args() map[string]any {
	return map[string]any{
		"Sheet": p.Sheet, "Row": p.Row, "Column": p.Column, "Value": p.Value,
		"Suggestion": p.Suggestion, "Limit": p.Limit,
	}
}

// Unwrap gives what a library said, if one did.
func (p *Problem) Unwrap() error { return p.Cause }

// shorten keeps a value fit for a message: at most 80 characters.
func shorten(value string) string {
	const most = 80
	count := 0
	for i := range value {
		if count == most {
			return value[:i] + "…"
		}
		count++
	}
	return value
}

// grouped writes a number as 50,000.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// megabytes writes a number of bytes as 10 MB; less than one MB as bytes.
func megabytes(n int64) string {
	if n < 1<<20 {
		return grouped(int(n)) + " bytes"
	}
	return grouped(int(n>>20)) + " MB"
}

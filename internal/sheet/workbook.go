package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a workbook. It may unpack to ratio times its size; a small one to slack in any case, since short tables
// full of repetition pack better than that.
const (
	ratio     = 10
	slack     = 4 << 20
	maxParts  = 1000
	maxOther  = 16 << 20 // bytes of a part that holds neither cells nor texts
	maxTexts  = 1 << 21  // entries of the table of texts
	maxDepth  = 64       // elements within elements
	maxRun    = 8*maxCell + 1024
	maxColumn = 256 // of a cell that holds something
	maxRow    = 1 << 20
)

// workbook is an XLSX file of which everything but the cells has been read: cells are streamed.
type workbook struct {
	parts    map[string]*zip.File // by name, in lower case
	tables   []worksheet
	texts    []string // the table of texts that cells refer to
	dates    []bool   // by number of style: it shows a day
	date1904 bool     // days are counted from 1904, as Excel for the Macintosh once did
}

// worksheet is a visible sheet and the part its cells are in.
type worksheet struct{ name, part string }

// The relationships by which parts are found; files by other programs than Excel do not always use its names. The
// beginning of the type differs between the two editions of the standard, its end does not.
const (
	relationWorkbook  = "/officeDocument"
	relationTexts     = "/sharedStrings"
	relationStyles    = "/styles"
	relationWorksheet = "/worksheet"
)

func openWorkbook(file io.ReaderAt, size int64) (*workbook, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, workbookFault(err, "", 0)
	}
	if err := checkDirectory(archive, size); err != nil {
		return nil, err
	}
	book := &workbook{parts: map[string]*zip.File{}}
	for _, part := range archive.File {
		book.parts[partName(part.Name)] = part
	}
	if err := book.read(); err != nil {
		return nil, workbookFault(err, "", 0)
	}
	return book, nil
}

// checkDirectory judges the archive by its table of contents. That sizes are as stated is seen when a part is read:
// archive/zip stops at the first byte too many.
func checkDirectory(archive *zip.Reader, size int64) error {
	if len(archive.File) > maxParts {
		return &Problem{Key: problemParts, Limit: grouped(maxParts)}
	}
	most := max(uint64(size)*ratio, slack)
	var total uint64
	for _, part := range archive.File {
		if total += min(part.UncompressedSize64, most+1); total > most {
			return &Problem{Key: problemUnpacked, Limit: megabytes(int64(most))}
		}
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (b *workbook) read() error {
	top, err := b.relations("")
	if err != nil {
		return err
	}
	main := ""
	for _, relation := range top {
		if strings.HasSuffix(relation.Type, relationWorkbook) {
			main = relation.Target
		}
	}
	if b.parts[main] == nil || path.Ext(main) != ".xml" { // a document, a drawing, or a workbook in binary form
		return &Problem{Key: problemNotATable}
	}
	relations, err := b.relations(main)
	if err != nil {
		return err
	}
	if err := b.readSheets(main, relations); err != nil {
		return err
	}
	for _, relation := range relations {
		switch {
		case strings.HasSuffix(relation.Type, relationTexts):
			err = b.readTexts(relation.Target)
		case strings.HasSuffix(relation.Type, relationStyles):
			err = b.readStyles(relation.Target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// relation says which part another part refers to by an id. Target is the part's name.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relations reads what a part refers to; the workbook as a whole is the part named "".
func (b *workbook) relations(part string) ([]relation, error) {
	var found struct {
		Relations []relation `xml:"Relationship"`
	}
	folder, base := path.Split(part)
	if err := b.decode(folder+"_rels/"+base+".rels", &found); err != nil {
		return nil, err
	}
	for i := range found.Relations {
		if target := &found.Relations[i].Target; !strings.HasPrefix(*target, "/") {
			*target = folder + *target
		}
		found.Relations[i].Target = partName(found.Relations[i].Target)
	}
	return found.Relations, nil
}

// readSheets lists the visible sheets that hold cells; sheets of charts hold none.
func (b *workbook) readSheets(part string, relations []relation) error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(part, &book); err != nil {
		return err
	}
	if len(book.Sheets) == 0 { // a text document or a presentation
		return &Problem{Key: problemNotATable}
	}
	b.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	for _, sheet := range book.Sheets {
		at := slices.IndexFunc(relations, func(r relation) bool { return r.ID == sheet.ID })
		if at < 0 || b.parts[relations[at].Target] == nil {
			return fmt.Errorf("no part for sheet %s", shorten(sheet.Name))
		}
		if strings.HasSuffix(relations[at].Type, relationWorksheet) && (sheet.State == "" || sheet.State == "visible") {
			b.tables = append(b.tables, worksheet{sheet.Name, relations[at].Target})
		}
		if len(b.tables) > maxParts {
			return &Problem{Key: problemParts, Limit: grouped(maxParts)}
		}
	}
	return nil
}

// readStyles finds out which styles show a day.
func (b *workbook) readStyles(part string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(part, &styles); err != nil {
		return err
	}
	codes := map[int]string{}
	for _, format := range styles.Formats {
		codes[format.ID] = format.Code
	}
	for _, cell := range styles.Cells {
		b.dates = append(b.dates, isDate(cell.Format, codes))
	}
	return nil
}

// readTexts reads the table of texts. A text may be in runs of different looks; how to pronounce it is left out.
func (b *workbook) readTexts(part string) error {
	var text strings.Builder
	reading, spoken := false, false
	return b.tokens(part, func(token xml.Token) error {
		switch token := token.(type) {
		case xml.StartElement:
			reading = token.Name.Local == "t"
			spoken = spoken || token.Name.Local == "rPh"
		case xml.CharData:
			if reading && !spoken {
				text.Write(token)
			}
		case xml.EndElement:
			reading = false
			switch token.Name.Local {
			case "rPh":
				spoken = false
			case "si":
				if len(b.texts) == maxTexts {
					return &Problem{Key: problemParts, Limit: grouped(maxTexts)}
				}
				b.texts = append(b.texts, unescape(text.String()))
				text.Reset()
			}
		}
		if text.Len() > maxCell && utf8.RuneCountInString(text.String()) > maxCell {
			return tooLong("", 0)
		}
		return nil
	})
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes how workbooks write characters that XML cannot hold: _x000D_ for a carriage return.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		number, err := strconv.ParseUint(code[2:6], 16, 16)
		if err != nil { // the pattern lets hexadecimal digits through alone
			return code
		}
		return string(rune(number))
	})
}

// decode reads a small part into a structure; one that is not there leaves it as it is.
func (b *workbook) decode(part string, into any) error {
	file := b.parts[part]
	if file == nil {
		return nil
	}
	if file.UncompressedSize64 > maxOther {
		return &Problem{Key: problemUnpacked, Limit: megabytes(maxOther)}
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	return xml.NewDecoder(content).Decode(into)
}

// tokens reads a part's XML to its end, strictly, and hands each token over. A token is good for the call alone.
func (b *workbook) tokens(part string, each func(xml.Token) error) error {
	file := b.parts[part]
	if file == nil {
		return nil
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	decoder := xml.NewDecoder(&runs{content: content})
	for depth := 0; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth {
			return errors.New("elements too deep")
		}
		if err := each(token); err != nil {
			return err
		}
	}
}

// runs passes XML on until it goes for more than maxRun bytes without a tag: no honest cell does, and a decoder would
// hold all of it at once.
type runs struct {
	content io.Reader
	length  int
}

func (r *runs) Read(p []byte) (int, error) {
	n, err := r.content.Read(p)
	for i, b := range p[:n] {
		if r.length++; b == '<' {
			r.length = 0
		}
		if r.length > maxRun {
			return i, tooLong("", 0)
		}
	}
	return n, err
}

// workbookFault says that an error is the workbook's fault, and where, unless it comes from the disk.
func workbookFault(err error, sheet string, row int) error {
	if disk := (*fs.PathError)(nil); errors.As(err, &disk) {
		return unreadable(err)
	}
	problem := (*Problem)(nil)
	if !errors.As(err, &problem) {
		problem = &Problem{Key: problemDamaged, Cause: err}
	}
	problem.Sheet, problem.Row = sheet, row
	return problem
}

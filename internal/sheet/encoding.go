package sheet

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// What files begin with.
const (
	markUTF8    = "\xEF\xBB\xBF"
	markUTF16LE = "\xFF\xFE"
	markUTF16BE = "\xFE\xFF"
	signZip     = "PK\x03\x04"
	signOLE     = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" // .xls, and .xlsx under a password
	signPDF     = "%PDF-"
)

// surveyed is what one pass over the whole file finds out.
type surveyed struct {
	sum      string
	encoding string
}

// survey reads the file once: for its hash, and to tell in which encoding the text is. A byte order mark decides; else
// text that is UTF-8 throughout is UTF-8, and other text is GB18030, which takes in GBK and GB 2312.
func survey(file io.ReaderAt, size int64) (surveyed, error) {
	hash, text := sha256.New(), &tally{}
	if _, err := io.CopyBuffer(io.MultiWriter(hash, text), io.NewSectionReader(file, 0, size), make([]byte, 64<<10)); err != nil {
		return surveyed{}, unreadable(err)
	}
	encoding, err := text.encoding()
	return surveyed{sum: hex.EncodeToString(hash.Sum(nil)), encoding: encoding}, err
}

// tally counts what tells encodings apart, in text that is written to it piece by piece.
type tally struct {
	start   []byte // the first 512 bytes
	rest    []byte // the beginning of a character whose end has not come yet
	nul     bool
	valid   int // characters of three and more bytes in UTF-8, as all Chinese ones are
	invalid int // bytes that are no UTF-8
}

func (t *tally) Write(p []byte) (int, error) {
	if missing := 512 - len(t.start); missing > 0 {
		t.start = append(t.start, p[:min(missing, len(p))]...)
	}
	t.nul = t.nul || bytes.IndexByte(p, 0) >= 0
	text := p
	if len(t.rest) > 0 {
		text = append(t.rest, p...)
	}
	for len(text) > 0 && (utf8.FullRune(text) || len(text) >= utf8.UTFMax) {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			t.invalid++
		case n >= 3:
			t.valid++
		}
		text = text[n:]
	}
	t.rest = bytes.Clone(text)
	return len(p), nil
}

func (t *tally) encoding() (string, error) {
	t.invalid += len(t.rest)
	starts := func(mark string) bool { return bytes.HasPrefix(t.start, []byte(mark)) }
	plain := bytes.TrimSpace(bytes.TrimPrefix(t.start, []byte(markUTF8)))
	switch {
	case starts(signZip):
		return XLSX, nil
	case starts(signOLE):
		return "", &Problem{Key: problemOldWorkbook}
	case starts(markUTF16LE), starts(markUTF16BE):
		return UTF16, nil
	case len(plain) == 0 && !t.nul:
		return "", &Problem{Key: problemEmpty}
	case t.nul, starts(signPDF), plain[0] == '<': // a web page named .xls is a common export
		return "", &Problem{Key: problemNotATable}
	case t.invalid == 0 && starts(markUTF8):
		return UTF8BOM, nil
	case t.invalid == 0:
		return UTF8, nil
	case t.valid > t.invalid, starts(markUTF8): // GB18030 text almost never has three bytes in a row that are UTF-8
		return "", &Problem{Key: problemBrokenUTF8}
	}
	return GB18030, nil
}

// decode gives a file's text as UTF-8 without a byte order mark.
func decode(file io.ReaderAt, size int64, encoding string) io.Reader {
	raw := io.NewSectionReader(file, 0, size)
	switch encoding {
	case UTF8BOM:
		return io.NewSectionReader(file, int64(len(markUTF8)), size-int64(len(markUTF8)))
	case UTF16:
		return transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	case GB18030:
		return transform.NewReader(raw, simplifiedchinese.GB18030.NewDecoder())
	}
	return raw
}

// errRowSize stands for a record that does not end.
var errRowSize = errors.New("record too long")

// maxRecord bounds the bytes of one CSV record, so that a quotation mark that is never closed does not pull the whole
// file into memory.
const maxRecord = 1 << 20

// meter passes text on until more than maxRecord has gone through since it was set back to zero.
type meter struct {
	text io.Reader
	gone int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.gone > maxRecord {
		return 0, errRowSize
	}
	n, err := m.text.Read(p)
	m.gone += n
	return n, err
}

package sheet

import (
	"slices"
	"strconv"
	"strings"
)

// Column is one column that a table may have.
type Column struct {
	Name     string   // the English header, and the name under which cells are asked for
	Synonyms []string // other headers that mean the same; the first one is the Chinese header that exports write
	Required bool     // a table without this column is refused
	Extra    bool     // exports write it only where something is to be said in it
}

// Columns are the columns of one kind of table, in the order in which exports write them.
type Columns []Column

// Languages of headers that exports write; any other value counts as English.
const (
	English = "en"
	Chinese = "zh-Hans"
)

// The kinds of table. Names and synonyms are relied on by files in use: add, never rename.
var (
	Dealerships = Columns{
		required("code", "经销商代码"), required("name_zh", "经销商名称"), optional("name_en"), optional("group", "经销商集团"),
		required("region", "大区"), optional("zone", "小区"), required("province", "省份"), required("city", "城市"),
		optional("address", "地址"), optional("phone", "销售电话"), optional("service_phone", "售后电话"),
		optional("lat", "纬度"), optional("lng", "经度"), optional("brands", "品牌"), optional("format", "类型"),
		optional("opened_on", "开业日期"), optional("closed_on", "闭店日期"),
		extra("periods", "营业期间"), extra("places", "历次归属"),
	}
	// People has one row for each employment.
	People = Columns{
		required("staff_no", "工号"), required("name", "姓名"), required("dealership", "经销商代码"), required("job", "岗位"),
		required("from", "入职日期"), optional("until", "离职日期"), extra("leaves", "离岗期间"),
	}
	Qualifications = Columns{
		required("staff_no", "工号"), required("type", "资质类型"), optional("generation", "高压平台代次"),
		optional("certificate_no", "证书编号"), required("issued_on", "发证日期"), optional("review_due_on", "复审到期日"),
		optional("reviewed_on", "复审日期"), optional("expires_on", "有效期至"),
	}
	Decisions = Columns{
		required("dealership", "经销商代码"), required("programme", "项目"), required("decision", "决定"),
		required("effective_on", "生效日期"), optional("valid_until", "有效期至"), optional("reason", "原因"),
		extra("requirement", "条款"), extra("compensation", "替代措施"),
		extra("model", "车型"), extra("due_on", "限期"), extra("score", "得分"), extra("vetoes", "否决项"), extra("auditor", "审核员"), extra("signed", "签字"),
	}
	Modules = Columns{
		required("dealership", "经销商代码"), required("module", "模块"), optional("planned_on", "计划日期"),
		optional("live_on", "上线日期"), optional("verified_on", "验收日期"), extra("planned_since", "计划登记日期"),
	}
)

// Kinds gives the columns of every kind of table by the kind's name, as commands and addresses spell it.
var Kinds = map[string]Columns{
	"dealerships": Dealerships, "people": People, "qualifications": Qualifications,
	"decisions": Decisions, "modules": Modules,
}

func required(name string, synonyms ...string) Column {
	return Column{Name: name, Synonyms: synonyms, Required: true}
}

func optional(name string, synonyms ...string) Column {
	return Column{Name: name, Synonyms: synonyms}
}

func extra(name string, synonyms ...string) Column {
	return Column{Name: name, Synonyms: synonyms, Extra: true}
}

// Header gives the header row in a language, without extra columns; a column without a Chinese synonym keeps its English
// name.
func (c Columns) Header(language string) []string {
	return slices.DeleteFunc(slices.Clone(c), func(column Column) bool { return column.Extra }).WholeHeader(language)
}

// WholeHeader is Header with the extra columns, which stand behind the others.
func (c Columns) WholeHeader(language string) []string {
	header := make([]string, len(c))
	for i, column := range c {
		header[i] = column.Name
		if language == Chinese && len(column.Synonyms) > 0 {
			header[i] = column.Synonyms[0]
		}
	}
	return header
}

// names maps every header that is understood, folded, to the name of its column.
func (c Columns) names() map[string]string {
	names := make(map[string]string, 2*len(c))
	for _, column := range c {
		for _, header := range append([]string{column.Name}, column.Synonyms...) {
			names[fold(header)] = column.Name
		}
	}
	return names
}

// known lists every header that is understood as it is written, to suggest one from.
func (c Columns) known() []string {
	var known []string
	for _, column := range c {
		known = append(append(known, column.Name), column.Synonyms...)
	}
	return known
}

// fold brings a header into the form in which headers are compared.
func fold(header string) string {
	return strings.ToLower(trim(spaced(header)))
}

// headerRows is how many rows from the top may hold the header; above it stand titles, dates of printing and the like.
const headerRows = 20

// findHeader takes the row with the most known headers for the header row and checks it. Records are the first
// headerRows of the sheet.
func (c Columns) findHeader(sheet string, records []record) (Sheet, error) {
	names := c.names()
	best, most := -1, 0
	for i, record := range records {
		if n := recognised(names, record); n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return Sheet{}, &Problem{Key: problemHeaderNone, Sheet: sheet, Limit: strconv.Itoa(headerRows)}
	}
	return c.readHeader(sheet, records[best])
}

func recognised(names map[string]string, record record) int {
	count := 0
	for _, cell := range record.cells {
		if names[fold(cell)] != "" {
			count++
		}
	}
	return count
}

// readHeader maps each cell of the header row to a column. An empty cell is no column: what stands below it must be
// empty too, which each row checks.
func (c Columns) readHeader(sheet string, header record) (Sheet, error) {
	found := Sheet{Name: sheet, HeaderRow: header.number, places: map[string]int{}}
	names := c.names()
	for i, cell := range header.cells {
		folded := fold(cell)
		name := names[folded]
		found.fields = append(found.fields, name)
		if folded == "" {
			continue
		}
		problem := &Problem{Sheet: sheet, Row: header.number, Column: shorten(trim(cell))}
		if name == "" {
			problem.Key = problemHeader
			if problem.Suggestion = Suggest(folded, c.known()); problem.Suggestion != "" {
				problem.Key = problemHeaderNear
			}
			return Sheet{}, problem
		}
		if first, twice := found.places[name]; twice {
			problem.Key, problem.Value = problemHeaderTwice, trim(header.cells[first])
			return Sheet{}, problem
		}
		found.places[name] = i
		found.Columns = append(found.Columns, name)
	}
	for _, column := range c {
		if column.Required && !slices.Contains(found.Columns, column.Name) {
			wanted := strings.Join(append([]string{column.Name}, column.Synonyms...), " / ")
			return Sheet{}, &Problem{Key: problemHeaderMissed, Sheet: sheet, Row: header.number, Column: wanted}
		}
	}
	return found, nil
}

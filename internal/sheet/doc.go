// Package sheet reads and writes tables as people keep them: CSV in the encodings and with the separators that
// spreadsheets use, and XLSX workbooks with several sheets, titles above the header and blank rows below the data.
//
// A table is read by [Open] against the [Columns] it may have. Opening looks at everything that concerns the file as a
// whole (size, encoding, packing, every header); [Reader.Rows] then streams the rows, so that memory does not grow with
// the table. Whatever an author of the file can mend is a [*Problem]: one that Open or Rows return as an error
// concerns the file, and nothing of it may be used; one in [Row.Faults] concerns that row alone.
//
// Files come from outsiders. A workbook is checked part by part before excelize may see it (admit.go), and only the
// parts that hold a table are handed on; see there for what is refused.
//
// Tables are written by [NewCSV] and [NewXLSX]. What they write reads back cell by cell, as long as the cells are as
// [Clean] leaves them.
package sheet

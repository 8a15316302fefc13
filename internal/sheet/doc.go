// Package sheet reads and writes tables as people keep them: CSV in the encodings and with the separators that
// spreadsheets use, and XLSX workbooks with several sheets, titles above the header and blank rows below the data.
//
// A table is read by [Open] against the [Columns] it may have. Opening looks at everything that concerns the file as a
// whole (size, encoding, packing, every header); [Reader.Rows] then streams the rows, so that memory does not grow with
// the table. Whatever an author of the file can mend is a [*Problem]: one that Open or Rows return as an error
// concerns the file, and nothing of it may be used; one in [Row.Faults] concerns that row alone.
//
// Tables are written by [NewCSV] and [NewXLSX]. What they write reads back cell by cell, as long as the cells are as
// [Clean] leaves them.
//
// Workbooks are written by excelize and read here, by archive/zip and encoding/xml. Reading a stream of rows, excelize
// (2.11.1) gives texts alone: a text and a number that look alike cannot be told apart, nor can days; XML that breaks
// off ends the sheet without an error, and a cell whose text is missing is left out. Reading a whole sheet, it takes
// many times the memory of the file. Files come from outsiders, so none of this will do.
package sheet

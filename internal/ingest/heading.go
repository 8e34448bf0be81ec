package ingest

import (
	"slices"
	"strings"

	"vannghe/internal/viet"
)

// columns are the columns a manifest may have, in the order in which they are documented.
var columns = []string{"file", "work", "title", "creator", "genre", "date", "language", "description", "collection", "rights",
	"number", "issuer", "signer", "issue", "page", "source_url", "licence_until"}

// headings are what people who write Vietnamese call the columns. The first of each is shown, all are read.
var headings = map[string][]string{
	"file":          {"tệp", "tên tệp", "tập tin", "tên tập tin"},
	"work":          {"mã tác phẩm", "tác phẩm"},
	"title":         {"tên", "tên tác phẩm", "nhan đề", "tựa đề"},
	"creator":       {"tác giả", "người làm nên tác phẩm"},
	"genre":         {"thể loại"},
	"date":          {"ngày", "năm", "ngày tháng", "năm sáng tác", "ngày sáng tác"},
	"language":      {"ngôn ngữ"},
	"description":   {"giới thiệu", "lời giới thiệu", "mô tả"},
	"collection":    {"chuyên mục", "bộ sưu tập"},
	"rights":        {"quyền", "bản quyền"},
	"number":        {"số hiệu", "số ký hiệu", "số, ký hiệu"},
	"issuer":        {"nơi ban hành", "cơ quan ban hành"},
	"signer":        {"người ký"},
	"issue":         {"số tạp chí", "số báo"},
	"page":          {"trang"},
	"source_url":    {"nguồn", "địa chỉ nguồn"},
	"licence_until": {"được phép đến", "được phép đăng đến hết ngày"},
}

// Headings lists the headings of a manifest as they are shown to who reads the language: in Vietnamese for "vi", else in English. The
// first is that of the file.
func Headings(language string) []string {
	if language != "vi" {
		return slices.Clone(columns)
	}
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = vietnameseHeading(column)
	}
	return list
}

func vietnameseHeading(column string) string {
	if words := headings[column]; len(words) > 0 {
		return words[0]
	}
	return column
}

// columnOf knows a heading in either language, with or without marks, in capitals or not, with "_" for blanks.
func columnOf(heading string) (column string, known bool) {
	heading = viet.Clean(heading)
	if english := strings.ToLower(heading); slices.Contains(columns, english) {
		return english, true
	}
	folded := viet.Fold(viet.Clean(strings.ReplaceAll(heading, "_", " ")))
	for _, column := range columns {
		if slices.ContainsFunc(headings[column], func(word string) bool { return viet.Fold(word) == folded }) {
			return column, true
		}
	}
	return "", false
}

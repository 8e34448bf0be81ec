package storage_test

import (
	"testing"

	"vannghe/storage"
)

func TestSpanIn(t *testing.T) {
	for _, c := range []struct {
		span storage.Span
		size int64
		want int64 // -1: unsatisfiable
	}{
		{storage.Whole(), 0, 0},
		{storage.Whole(), 10, 10},
		{storage.Span{Offset: 0, Length: 10}, 10, 10},
		{storage.Span{Offset: 0, Length: 11}, 10, 10},
		{storage.Span{Offset: 9, Length: 1}, 10, 1},
		{storage.Span{Offset: 9, Length: -1}, 10, 1},
		{storage.Span{Offset: 1, Length: 1<<63 - 1}, 10, 9},
		{storage.Span{Offset: 10, Length: 1}, 10, -1},
		{storage.Span{Offset: 10, Length: -1}, 10, -1},
		{storage.Span{Offset: -1, Length: 1}, 10, -1},
		{storage.Span{Offset: 0, Length: 0}, 10, -1},
		{storage.Span{Offset: 0, Length: 1}, 0, -1},
	} {
		got, err := c.span.In(c.size)
		if err != nil {
			got = -1
		}
		if got != c.want {
			t.Errorf("%+v in %d: %d, want %d", c.span, c.size, got, c.want)
		}
	}
}

package storagetest

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"vannghe/storage"
	"vannghe/storage/memstore"
)

func TestFaultyIsADriver(t *testing.T) {
	Run(t, func(*testing.T) storage.Driver { return NewFaulty(memstore.New()) })
}

func TestFaultyStops(t *testing.T) {
	for moment, there := range map[Moment]int{BeforeEffect: 1, AfterEffect: 2} {
		inner := memstore.New()
		f := NewFaulty(inner)
		b := storage.NewBucket(f)
		f.StopAt(2, moment)
		put(t, b, "one", nil)
		if _, err := b.Put(t.Context(), "two", bytes.NewReader(nil), 0, storage.PutOptions{}); !errors.Is(err, ErrStopped) {
			t.Errorf("the second change: %v", err)
		}
		if _, err := b.Head(t.Context(), "one"); !errors.Is(err, ErrStopped) || !f.Stopped() {
			t.Errorf("a look after the stop: %v", err)
		}
		if n := len(list(t, storage.NewBucket(inner), "")); n != there {
			t.Errorf("moment %d: %d objects, want %d", moment, n, there)
		}
		f.Heal()
		put(t, b, "three", nil)
	}
}

func TestFaultyFailsAndCuts(t *testing.T) {
	f := NewFaulty(memstore.New())
	b := storage.NewBucket(f)
	put(t, b, "k", pattern("k", 100))
	f.FailAt(2, errBoom)
	for i, want := range []error{nil, errBoom, nil} {
		if _, err := b.Head(t.Context(), "k"); !errors.Is(err, want) {
			t.Errorf("call %d: %v, want %v", i, err, want)
		}
	}
	f.CutReads(10)
	r, _, err := b.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); len(got) != 10 || !errors.Is(err, ErrCut) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

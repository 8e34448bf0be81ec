package main

import "testing"

func TestHeavyJobs(t *testing.T) {
	for cores, want := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 16: 8} {
		if got := heavyJobs(cores); got != want {
			t.Errorf("on %d cores %d, want %d", cores, got, want)
		}
	}
}

//go:build !race

package web_test

// raceFactor is how much more memory a program takes under the race detector, under which this is not compiled.
const raceFactor = 1

//go:build race

package web_test

// raceFactor is how much more memory a program takes under the race detector.
const raceFactor = 10

//go:build !race

package main

// raced is 1 where nobody watches for races.
const raced = 1

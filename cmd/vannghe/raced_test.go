//go:build race

package main

// raced is how many times as much memory a program may take that watches for races (its shadow of all memory).
const raced = 4

package index

// WholeFrom is wholeFrom, for tests.
const WholeFrom = wholeFrom

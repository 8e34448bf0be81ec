// Package archive is the domain: what a work, a representation, an original, an agent, an event are; which states
// a work may pass through; who may see or do what; and the errors that people are told.
//
// It is pure. It imports nothing of ours and touches no disk, database, clock or network: time comes in as an
// argument. It must not know how anything is stored, indexed, rendered or transported.
package archive

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"vannghe/internal/archive"
)

// newPassword asks for a password twice without showing it, or reads one line where there is no terminal. Invalid "password-differs".
func (con console) newPassword() (string, error) {
	file, ok := con.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(con.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read a password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	return con.typedTwice(file)
}

// password asks for one password without showing it, or reads one line where there is no terminal.
func (con console) password() (string, error) {
	file, ok := con.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return con.newPassword()
	}
	fmt.Fprint(con.err, "Mật khẩu | Password: ")
	typed, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(con.err)
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	return string(typed), nil
}

// typedTwice asks with the echo off already, so that what is typed ahead of a question is not shown either.
func (con console) typedTwice(file *os.File) (password string, err error) {
	fd := int(file.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("switch the terminal: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(fd, before)) }()
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{file, con.err}, "")
	first, err := screen.ReadPassword("Mật khẩu | Password: ")
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	second, err := screen.ReadPassword("Gõ lại | Again: ")
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	if first != second {
		return "", archive.Fail(archive.Invalid, "password-differs")
	}
	return first, nil
}

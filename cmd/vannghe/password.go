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
	first, err := con.hidden(file, "Mật khẩu | Password: ")
	if err != nil {
		return "", err
	}
	second, err := con.hidden(file, "Gõ lại | Again: ")
	if err == nil && first != second {
		err = archive.Fail(archive.Invalid, "password-differs")
	}
	return first, err
}

func (con console) hidden(file *os.File, prompt string) (string, error) {
	fmt.Fprint(con.err, prompt)
	typed, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(con.err)
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	return string(typed), nil
}

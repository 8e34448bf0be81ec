package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

type userCommand struct {
	Add         userAddCommand     `cmd:"" help:"Thêm một tài khoản. | Add an account."`
	List        userListCommand    `cmd:"" help:"Liệt kê tài khoản. | List accounts."`
	Invite      userInviteCommand  `cmd:"" help:"Mời vào: đường dẫn, mã QR, sáu chữ số. | Invite: a link, a QR code, six digits."`
	End         userEndCommand     `cmd:"" help:"Kết thúc một tài khoản. | End an account."`
	EndSessions endSessionsCommand `cmd:"" help:"Thoát mọi thiết bị của một tài khoản. | Sign out all devices of an account."`
	TwoFactor   twoFactorCommand   `cmd:"" name:"second-factor" help:"Người làm việc ở kho cần ứng dụng xác thực: on hay off. | Staff need an authenticator app."`
	AppPassword appPasswordCommand `cmd:"" help:"Mật khẩu cho ứng dụng nghe nhạc. | Passwords for music players."`
}

type userAddCommand struct {
	Name  string   `arg:"" help:"Tên đăng nhập: chữ thường không dấu, số. | Login name: lowercase letters without marks, digits."`
	Shown string   `help:"Tên hiển thị. | The name that others see."`
	Role  []string `help:"Vai: member, archivist, editor, administrator. | Roles." default:"member"`
}

// Run adds an account and prints its id. Who works on the archive gets a password, asked for twice on a terminal, else read as one line.
func (c *userAddCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		roles := rolesOf(c.Role)
		add := func() (catalog.Account, error) { return a.Add(ctx, c.Name, c.Shown, roles...) }
		if (archive.Viewer{Roles: roles}).Staff() {
			password, err := con.newPassword()
			if err != nil {
				return err
			}
			add = func() (catalog.Account, error) { return a.AddWithPassword(ctx, c.Name, c.Shown, password, roles...) }
		}
		made, err := add()
		if err == nil {
			fmt.Fprintln(con.out, made.ID, made.Name)
		}
		return err
	})
}

func rolesOf(names []string) []archive.Role {
	roles := make([]archive.Role, len(names))
	for i, r := range names {
		roles[i] = archive.Role(r)
	}
	return roles
}

type userListCommand struct{}

// Run prints one account a line: id, name, roles, shown name, and the day on which it ended.
func (c *userListCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		list, err := a.List(ctx)
		for _, one := range list {
			ended := ""
			if !one.Ended.IsZero() {
				ended = "\t" + one.Ended.Format("2006-01-02")
			}
			fmt.Fprintf(con.out, "%s\t%s\t%v\t%s%s\n", one.ID, one.Name, one.Roles, one.Shown, ended)
		}
		return err
	})
}

type appPasswordCommand struct {
	Add    appPasswordAddCommand    `cmd:"" help:"Cấp một mật khẩu cho một thiết bị. | Give one device a password."`
	List   appPasswordListCommand   `cmd:"" help:"Liệt kê mật khẩu đã cấp. | List the passwords given."`
	Revoke appPasswordRevokeCommand `cmd:"" help:"Thu hồi một mật khẩu. | Revoke a password."`
}

type appPasswordAddCommand struct {
	Name  string `arg:"" help:"Tên đăng nhập. | Login name."`
	Label string `arg:"" help:"Thiết bị, như 'điện thoại'. | The device, such as 'phone'."`
}

// Run prints the password, which no other command tells again.
func (c *appPasswordAddCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		made, err := a.AddPassword(ctx, c.Name, c.Label)
		if err == nil {
			fmt.Fprintf(con.out, "%s\t%s\n", made.ID, made.Secret)
		}
		return err
	})
}

type appPasswordListCommand struct {
	Name string `arg:"" help:"Tên đăng nhập. | Login name."`
}

// Run prints one app password a line: id, device, day of making, day of last use; never the password.
func (c *appPasswordListCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		list, err := a.Passwords(ctx, c.Name)
		for _, p := range list {
			used := "-"
			if !p.Used.IsZero() {
				used = p.Used.Format("2006-01-02")
			}
			fmt.Fprintf(con.out, "%s\t%s\t%s\t%s\n", p.ID, p.Label, p.Created.Format("2006-01-02"), used)
		}
		return err
	})
}

type appPasswordRevokeCommand struct {
	Name string `arg:"" help:"Tên đăng nhập. | Login name."`
	ID   string `arg:"" help:"Mã của mật khẩu, theo app-password list. | The password's id, as app-password list tells."`
}

// Run ends an app password at once, on every running process.
func (c *appPasswordRevokeCommand) Run(ctx context.Context, s *Settings, _ console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error { return a.RevokePassword(ctx, c.Name, c.ID) })
}

func (s *Settings) accounts(ctx context.Context, log *slog.Logger, act func(context.Context, *account.Accounts) error) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(act(ctx, account.New(p.catalog)), p.close())
}

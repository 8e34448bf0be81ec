package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/web/desk"
)

type userInviteCommand struct {
	Name  string   `arg:"" help:"Tên đăng nhập. | Login name."`
	Shown string   `help:"Tên hiển thị, nếu là tài khoản mới. | The name that others see, of a new account."`
	Role  []string `help:"Vai, nếu là tài khoản mới. | Roles of a new account." default:"member"`
}

// Run invites an account, which it makes when there is none of the name, and prints link, QR code and digits. They are told this once.
func (c *userInviteCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		invited, err := c.invite(ctx, a)
		if err != nil {
			return err
		}
		link := desk.InvitationURL(strings.TrimSuffix(cmp.Or(s.BaseURL, "http://localhost:8080"), "/"), invited.Secret)
		code, err := desk.QR(link)
		if err != nil {
			return err
		}
		fmt.Fprintln(con.out, link)
		fmt.Fprint(con.out, code.Lines())
		fmt.Fprintln(con.out, invited.Code)
		for _, language := range message.Languages() {
			t := message.For(language)
			fmt.Fprintln(con.err, t.Text("invited.code-until", t.Hour(invited.CodeUntil)), t.Text("invited.until", t.Day(invited.Expires)))
		}
		return nil
	})
}

func (c *userInviteCommand) invite(ctx context.Context, a *account.Accounts) (account.Invited, error) {
	found, err := a.Named(ctx, c.Name)
	if archive.CodeOf(err) == archive.NotFound {
		return a.AddInvited(ctx, terminal(), c.Name, c.Shown, rolesOf(c.Role)...)
	}
	if err != nil {
		return account.Invited{}, err
	}
	return a.Invite(ctx, terminal(), found.ID)
}

// terminal is who sits at the machine itself: they own its files, and so everything.
func terminal() archive.Viewer { return archive.System("terminal") }

type userEndCommand struct {
	Name string `arg:"" help:"Tên đăng nhập. | Login name."`
}

// Run ends an account at once, on every running process.
func (c *userEndCommand) Run(ctx context.Context, s *Settings, _ console, log *slog.Logger) error {
	return s.named(ctx, log, c.Name, func(a *account.Accounts, of catalog.Account) error { return a.End(ctx, terminal(), of.ID) })
}

type endSessionsCommand struct {
	Name string `arg:"" help:"Tên đăng nhập. | Login name."`
}

// Run signs every device of an account out at once, on every running process.
func (c *endSessionsCommand) Run(ctx context.Context, s *Settings, _ console, log *slog.Logger) error {
	return s.named(ctx, log, c.Name, func(a *account.Accounts, of catalog.Account) error { return a.EndDevices(ctx, terminal(), of.ID, "") })
}

type twoFactorCommand struct {
	Asked string `arg:"" enum:"on,off" help:"on, off."`
}

// Run sets whether staff need an authenticator app beside their password, from their next sign-in on.
func (c *twoFactorCommand) Run(ctx context.Context, s *Settings, _ console, log *slog.Logger) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		return a.AskSecondFactor(ctx, terminal(), c.Asked == "on")
	})
}

// named acts on the account of a name.
func (s *Settings) named(ctx context.Context, log *slog.Logger, name string, act func(*account.Accounts, catalog.Account) error) error {
	return s.accounts(ctx, log, func(ctx context.Context, a *account.Accounts) error {
		found, err := a.Named(ctx, name)
		if err != nil {
			return err
		}
		return act(a, found)
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/preserve"
)

type purgeCommand struct {
	Work    string `arg:"" help:"Mã tác phẩm hoặc địa chỉ trang. | The work's id or the address of its page."`
	Reason  string `help:"Đề nghị huỷ, với lý do: lệnh số mấy, ai yêu cầu. | Propose it, with the reason: which order, who asked."`
	Cause   string `help:"Căn cứ: order, personal-data, malware. | Ground." default:"order"`
	Confirm string `help:"Đồng ý với đề nghị mang mã này. | Agree to the proposal of this number."`
	As      string `required:"" help:"Tên đăng nhập của người quản trị. | The administrator's login name."`
	Digits  string `help:"Sáu số của ứng dụng xác thực, nếu có. | Six digits of the authenticator app."`
}

// Run proposes to destroy the bytes of a work or agrees to it, as an administrator who gives their password: it takes two. Once it is agreed to
// the bytes are destroyed before the command returns, by itself or a server that runs.
func (c *purgeCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	id, err := workID(c.Work)
	if err != nil {
		return err
	}
	if (c.Reason == "") == (c.Confirm == "") {
		return archive.Fail(archive.Invalid, "reason-missing")
	}
	password, err := con.password()
	if err != nil {
		return err
	}
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.act(ctx, p, con, id, password), p.close())
}

func (c *purgeCommand) act(ctx context.Context, p *parts, con console, id archive.WorkID, password string) error {
	owner, err := account.New(p.catalog).Prove(ctx, account.Proof{Name: c.As, Password: password, Digits: c.Digits})
	if err != nil {
		return err
	}
	v := owner.Viewer()
	desk := editorial.New(editorial.Options{Catalog: p.catalog, Log: p.log}).As(v)
	if c.Confirm != "" {
		return c.confirm(ctx, p, con, id, desk)
	}
	w, err := p.catalog.Reader(v).Work(ctx, id)
	if err != nil {
		return err
	}
	if err := desk.ProposePurge(ctx, id, editorial.PurgePlan{Seen: editorial.Seen(&w), Cause: archive.PurgeCause(c.Cause), Reason: c.Reason}); err != nil {
		return err
	}
	plan, err := p.catalog.Reader(v).Purge(ctx, id)
	if err == nil {
		_, err = fmt.Fprintf(con.out, "%s\tproposed\t%s\n", id, editorial.SeenPurge(plan))
	}
	return err
}

func (c *purgeCommand) confirm(ctx context.Context, p *parts, con console, id archive.WorkID, desk *editorial.Desk) error {
	if err := desk.ConfirmPurge(ctx, id, strings.TrimSpace(c.Confirm)); err != nil {
		return err
	}
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: p.log})
	for _, kind := range []catalog.JobKind{editorial.JobPurge, editorial.JobPreserve} { // as a worker would; one that runs finds it done
		if err := keep.Handlers()[kind](ctx, catalog.Job{Kind: kind, Work: id}, catalog.Attempt{Number: 1}); err != nil {
			return fmt.Errorf("destroy the bytes of %s: %w", id, err)
		}
	}
	_, err := fmt.Fprintf(con.out, "%s\tdestroyed\n", id)
	return err
}

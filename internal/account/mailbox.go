package account

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/post"
)

// How often an address is entered: each time a letter goes to it, and it may be a stranger's.
func mailerBudget() budget  { return budget{5, 24 * time.Hour} }  // by an account
func mailboxBudget() budget { return budget{3, 24 * time.Hour} }  // of one address, whoever enters it
func mailingBudget() budget { return budget{15, 24 * time.Hour} } // from one line

func mailboxUses(by archive.AccountID, address string, from netip.Addr) []use {
	return []use{{"mailer " + string(by), mailerBudget()}, {"mailbox " + strings.ToLower(address), mailboxBudget()}, {"mailing " + place(from), mailingBudget()}}
}

// NewLink returns the secret of a link that confirms an address, and what is kept of it.
func NewLink() (secret string, kept catalog.SecretDigest) {
	secret = newSecret()
	return secret, digest(secret)
}

// Mailbox returns where an account gets letters, for its owner and administrators; the zero Mailbox when nowhere.
func (a *Accounts) Mailbox(ctx context.Context, by archive.Viewer, id archive.AccountID) (catalog.Mailbox, error) {
	if err := mayMail(by, id); err != nil {
		return catalog.Mailbox{}, err
	}
	m, err := a.reader().Mailbox(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return catalog.Mailbox{}, nil
	}
	return m, err
}

func mayMail(by archive.Viewer, id archive.AccountID) error {
	if by.Account != "" && by.Account == id {
		return by.May(archive.UseDesk)
	}
	return by.May(archive.ManageAccounts)
}

// Entered is an address as somebody enters it.
type Entered struct {
	Account  archive.AccountID
	Address  string
	Language string // of the letters
	From     netip.Addr
}

// EnterMailbox notes an address and has a letter sent to it: nothing else goes there before the link in it was followed. Nobody is told whether another
// account has the same address. Invalid "mailbox-missing", "email-invalid"; TooMany "mail-too-often"; Forbidden.
func (a *Accounts) EnterMailbox(ctx context.Context, by archive.Viewer, e Entered) error {
	if err := mayMail(by, e.Account); err != nil {
		return err
	}
	address, err := archive.ParseMailbox(strings.TrimSpace(e.Address))
	if err != nil {
		return err
	}
	if address == "" {
		return archive.Fail(archive.Invalid, "mailbox-missing")
	}
	if err := a.tries.take(mailboxUses(by.Account, address, e.From)...); err != nil {
		return archive.Fail(archive.TooMany, "mail-too-often").Because(err)
	}
	return a.record(ctx, deed(by, archive.DeedMailbox, catalog.Account{ID: e.Account}), func(ctx context.Context, tx *catalog.Tx) error {
		m, err := tx.Mailbox(ctx, e.Account)
		if archive.CodeOf(err) == archive.NotFound {
			m, err = catalog.Mailbox{Account: e.Account, Leave: newSecret()}, nil
		}
		if err != nil {
			return err
		}
		if m.Address == address && !m.Confirmed.IsZero() && m.Refused.IsZero() { // nothing is new
			return nil
		}
		m = catalog.Mailbox{Account: m.Account, Address: address, Language: e.Language, Choices: m.Choices, Leave: m.Leave, Entered: tx.Now(), Daily: m.Daily, Prompt: m.Prompt}
		if err := tx.PutMailbox(ctx, m); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.Job{Kind: post.Job, Unique: true})
	})
}

// MailboxOf returns the mailbox that a link confirms, without using it up: programs that preview links open them too. NotFound "mail-link-over".
func (a *Accounts) MailboxOf(ctx context.Context, secret string) (catalog.Mailbox, error) {
	if !isSecret(secret) {
		return catalog.Mailbox{}, archive.Fail(archive.NotFound, "mail-link-over")
	}
	return a.reader().MailboxByToken(ctx, digest(secret))
}

// ConfirmMailbox uses a link up: from now on notices go to its address. It signs nobody in. NotFound "mail-link-over".
func (a *Accounts) ConfirmMailbox(ctx context.Context, secret string) error {
	found, err := a.MailboxOf(ctx, secret)
	if err != nil {
		return err
	}
	return a.changeMailbox(ctx, found.Account, func(tx *catalog.Tx, m *catalog.Mailbox) error {
		if m.Token != digest(secret) || !tx.Now().Before(m.Expires) { // another was first, or another address was entered
			return archive.Fail(archive.NotFound, "mail-link-over")
		}
		m.Token, m.Expires, m.Confirmed = "", time.Time{}, tx.Now()
		return nil
	})
}

// ChooseLetters notes what somebody wants to be written about, and in which language. Invalid "choice-unknown"; NotFound "mailbox-missing".
func (a *Accounts) ChooseLetters(ctx context.Context, by archive.Viewer, choices archive.Choices, language string) error {
	if err := by.May(archive.UseDesk); err != nil {
		return err
	}
	for topic, pace := range choices {
		if !slices.Contains(archive.Topics(), topic) || !slices.Contains(archive.Paces(), pace) {
			return archive.Fail(archive.Invalid, "choice-unknown")
		}
	}
	return a.changeMailbox(ctx, by.Account, func(_ *catalog.Tx, m *catalog.Mailbox) error {
		m.Choices, m.Language = choices, language
		return nil
	})
}

// DropMailbox forgets where an account gets letters.
func (a *Accounts) DropMailbox(ctx context.Context, by archive.Viewer, id archive.AccountID) error {
	if err := mayMail(by, id); err != nil {
		return err
	}
	return a.record(ctx, deed(by, archive.DeedMailbox, catalog.Account{ID: id}), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.DropMailbox(ctx, id)
	})
}

// LeaverOf returns the mailbox whose letters a link ends. NotFound "mail-link-over".
func (a *Accounts) LeaverOf(ctx context.Context, secret string) (catalog.Mailbox, error) {
	if !isSecret(secret) {
		return catalog.Mailbox{}, archive.Fail(archive.NotFound, "mail-link-over")
	}
	return a.reader().MailboxByLeave(ctx, secret)
}

// LeaveLetters ends all letters to the owner of a link; the address stays, and its owner may choose anew. Once or often, it is the same. NotFound
// "mail-link-over".
func (a *Accounts) LeaveLetters(ctx context.Context, secret string) error {
	found, err := a.LeaverOf(ctx, secret)
	if err != nil {
		return err
	}
	return a.changeMailbox(ctx, found.Account, func(_ *catalog.Tx, m *catalog.Mailbox) error {
		m.Choices = archive.Choices{}
		for _, topic := range archive.Topics() {
			m.Choices[topic] = archive.Never
		}
		return nil
	})
}

func (a *Accounts) changeMailbox(ctx context.Context, id archive.AccountID, change func(*catalog.Tx, *catalog.Mailbox) error) error {
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		m, err := tx.Mailbox(ctx, id)
		if err != nil {
			return err
		}
		if err := change(tx, &m); err != nil {
			return err
		}
		return tx.PutMailbox(ctx, m)
	})
}

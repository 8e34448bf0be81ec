package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// Mailbox is where an account gets letters, and how it stands with them.
type Mailbox struct {
	Account   archive.AccountID
	Address   string
	Language  string // of its letters
	Choices   archive.Choices
	Leave     string       // the secret of the link that ends all letters; it opens nothing else
	Entered   time.Time    // when the address was entered
	Token     SecretDigest // of the link that confirms it, "" before it is sent and after it was followed
	Expires   time.Time    // of that link; zero while its letter has not left
	Confirmed time.Time    // zero: nobody but a letter that confirms is sent there
	Refused   time.Time    // since when its server takes no letters for it; zero for never
	Reason    archive.Reason
	Letter    string    // the letter that is being sent, "" for none
	Tries     int       // how often it was put off
	NotBefore time.Time // its next try
	Daily     time.Time // when the letter of the day was sent or found to be empty
	Prompt    time.Time // when one was sent at once
}

const mailboxColumns = "m.account, m.address, m.language, m.choices, m.leave, m.entered, m.token, m.expires, m.confirmed, m.refused, m.reason, m.letter, m.tries, m.not_before, m.daily, m.prompt"

func scanMailbox(row scanner) (Mailbox, error) {
	var m Mailbox
	var choices string
	var token *string
	var entered, expires, confirmed, refused, notBefore, daily, prompt *int64
	err := row.Scan(&m.Account, &m.Address, &m.Language, &choices, &m.Leave, &entered, &token, &expires, &confirmed, &refused, &m.Reason, &m.Letter, &m.Tries,
		&notBefore, &daily, &prompt)
	if err != nil {
		return m, err
	}
	m.Entered, m.Expires, m.Confirmed, m.Refused = moment(entered), moment(expires), moment(confirmed), moment(refused)
	m.NotBefore, m.Daily, m.Prompt = moment(notBefore), moment(daily), moment(prompt)
	if token != nil {
		m.Token = SecretDigest(*token)
	}
	if err := json.Unmarshal([]byte(choices), &m.Choices); err != nil {
		return m, fmt.Errorf("read the choices of account %s: %w", m.Account, err)
	}
	return m, nil
}

// Mailbox returns that of an account; NotFound "mailbox-missing". Forbidden "staff-only".
func (r *Reader) Mailbox(ctx context.Context, account archive.AccountID) (Mailbox, error) {
	return r.mailbox(ctx, "account = ?", account)
}

// MailboxByToken returns the mailbox that a link confirms, while it does; NotFound "mail-link-over". Forbidden "staff-only".
func (r *Reader) MailboxByToken(ctx context.Context, token SecretDigest) (Mailbox, error) {
	m, err := r.mailbox(ctx, "token = ? AND expires > ?", string(token), r.c.now().UnixMicro())
	return m, linkOver(err)
}

// MailboxByLeave returns the mailbox whose letters a link ends; NotFound "mail-link-over". Forbidden "staff-only".
func (r *Reader) MailboxByLeave(ctx context.Context, secret string) (Mailbox, error) {
	m, err := r.mailbox(ctx, "leave = ?", text(secret))
	return m, linkOver(err)
}

func linkOver(err error) error {
	if archive.CodeOf(err) == archive.NotFound {
		return archive.Fail(archive.NotFound, "mail-link-over")
	}
	return err
}

func (r *Reader) mailbox(ctx context.Context, where string, args ...any) (Mailbox, error) {
	if err := r.staffOnly(); err != nil {
		return Mailbox{}, err
	}
	m, err := one(ctx, r.c.db.read(), sql("SELECT "+mailboxColumns+" FROM mailbox m WHERE m."+where, args...), scanMailbox)
	if err != nil {
		return m, r.c.fail(ctx, "read a mailbox", missing(err, "mailbox-missing"))
	}
	return m, nil
}

// Addressee is a mailbox and whose it is.
type Addressee struct {
	Mailbox
	Owner Account
}

// Addressees lists the mailboxes that letters may be sent to at a time: of accounts that have not ended, not refused, not to be tried later; those that wait
// longest for their confirmation first. Forbidden "staff-only".
func (r *Reader) Addressees(ctx context.Context, now time.Time) ([]Addressee, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT "+mailboxColumns+" FROM mailbox m JOIN account a ON a.id = m.account WHERE a.ended IS NULL AND m.refused IS NULL AND (m.not_before IS NULL OR m.not_before <= ?)"+
		" ORDER BY CASE WHEN m.confirmed IS NULL THEN 0 ELSE 1 END, m.entered, m.account", now.UnixMicro())
	boxes, err := collect(ctx, r.c.db.read(), s, scanMailbox)
	if err != nil {
		return nil, r.c.fail(ctx, "list mailboxes", err)
	}
	accounts, err := r.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	owners := make(map[archive.AccountID]Account, len(accounts))
	for _, a := range accounts {
		owners[a.ID] = a
	}
	list := make([]Addressee, 0, len(boxes))
	for _, m := range boxes {
		list = append(list, Addressee{m, owners[m.Account]})
	}
	return list, nil
}

// Mailed returns which notices were mailed to an account, and when.
func (r *Reader) Mailed(ctx context.Context, account archive.AccountID) (map[string]time.Time, error) {
	mailed := map[string]time.Time{}
	err := each(ctx, r.c.db.read(), sql("SELECT key, at FROM mailed WHERE account = ?", account), func(row scanner) error {
		var key string
		var at int64
		err := row.Scan(&key, &at)
		mailed[key] = moment(&at)
		return err
	})
	return mailed, r.c.fail(ctx, "read which notices were mailed", err)
}

// Mailbox returns that of an account as it stands in this transaction; NotFound "mailbox-missing".
func (tx *Tx) Mailbox(ctx context.Context, account archive.AccountID) (Mailbox, error) {
	m, err := one(ctx, tx.q, sql("SELECT "+mailboxColumns+" FROM mailbox m WHERE m.account = ?", account).add(tx.c.db.dialect().lockRow), scanMailbox)
	if errors.Is(err, errNoRow) {
		return m, archive.Fail(archive.NotFound, "mailbox-missing")
	}
	if err != nil {
		return m, fmt.Errorf("read the mailbox of %s: %w", account, err)
	}
	return m, nil
}

// PutMailbox stores a mailbox in place of the account's former one.
func (tx *Tx) PutMailbox(ctx context.Context, m Mailbox) error {
	if m.Choices == nil {
		m.Choices = archive.Choices{}
	}
	choices, err := json.Marshal(m.Choices)
	if err != nil {
		return fmt.Errorf("encode choices: %w", err)
	}
	s := upsert("mailbox", "account", []string{"account", "address", "language", "choices", "leave", "entered", "token", "expires", "confirmed", "refused", "reason", "letter",
		"tries", "not_before", "daily", "prompt"},
		m.Account, text(m.Address), text(m.Language), text(string(choices)), m.Leave, m.Entered.UnixMicro(), null(m.Token), micros(m.Expires), micros(m.Confirmed), micros(m.Refused),
		string(m.Reason), m.Letter, m.Tries, micros(m.NotBefore), micros(m.Daily), micros(m.Prompt))
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("store the mailbox of %s: %w", m.Account, err)
	}
	return nil
}

// DropMailbox forgets where an account got letters, and which. It is nothing to one that got none.
func (tx *Tx) DropMailbox(ctx context.Context, account archive.AccountID) error {
	for _, table := range []string{"mailed", "mailbox"} {
		if _, err := run(ctx, tx.q, sql("DELETE FROM "+table+" WHERE account = ?", account)); err != nil {
			return fmt.Errorf("forget the mailbox of %s: %w", account, err)
		}
	}
	return nil
}

// Mail notes that notices were mailed to an account. What was mailed before that time is forgotten: such notices are not told any more.
func (tx *Tx) Mail(ctx context.Context, account archive.AccountID, keys []string, before time.Time) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM mailed WHERE account = ? AND at < ?", account, before.UnixMicro())); err != nil {
		return fmt.Errorf("forget old letters: %w", err)
	}
	for _, key := range keys {
		s := upsert("mailed", "account, key", []string{"account", "key", "at"}, account, text(key), tx.now.UnixMicro())
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("note that a notice was mailed: %w", err)
		}
	}
	return nil
}

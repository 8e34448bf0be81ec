package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
	"io/fs"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
	"github.com/pressly/goose/v3"
)

// Former makes the database as an earlier version of the program left it, with the statements run on it.
func Former(ctx context.Context, opt Options, version int64, statements ...string) (err error) {
	driver, address, dialect, folder := "pgx", opt.DSN, goose.DialectPostgres, "postgres"
	if path, ok := strings.CutPrefix(opt.DSN, "sqlite:"); ok {
		driver, address, dialect, folder = "sqlite", path, goose.DialectSQLite3, "sqlite"
	}
	db, err := stdsql.Open(driver, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	steps, err := fs.Sub(migrations, "migration/"+folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, steps, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

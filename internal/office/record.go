package office

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Record lists what happened to works, accounts and settings, the latest first, with what accounts are called. Forbidden to others than who may.
func (o *Office) Record(ctx context.Context, by archive.Viewer, f catalog.RecordFilter) ([]catalog.Recorded, error) {
	if err := by.May(archive.KeepSettings); err != nil {
		return nil, err
	}
	list, err := o.reader().Record(ctx, f)
	if err != nil {
		return nil, err
	}
	names, err := o.accountNames(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Name == "" {
			list[i].Name = names[list[i].Agent]
		}
	}
	return list, nil
}

// accountNames is what each account is called now.
func (o *Office) accountNames(ctx context.Context) (map[string]string, error) {
	accounts, err := o.reader().Accounts(ctx)
	names := make(map[string]string, len(accounts))
	for _, a := range accounts {
		names[string(a.ID)] = a.Shown
	}
	return names, err
}

// Person is somebody who may stand in the record.
type Person struct {
	Account archive.AccountID
	Name    string
}

// People lists the accounts by name, for administrators.
func (o *Office) People(ctx context.Context, by archive.Viewer) (list []Person, err error) {
	if err := by.May(archive.KeepSettings); err != nil {
		return nil, err
	}
	accounts, err := o.reader().Accounts(ctx)
	for _, a := range accounts {
		list = append(list, Person{a.ID, a.Shown})
	}
	return list, err
}

package catalog

import "context"

// reindexName is the setting that counts the requests to build the search indexes anew.
const reindexName = "catalog.reindex"

// AskReindex asks every node to build its search index anew, and returns the number of the request. A node says in Beat that it
// has served it.
func (tx *Tx) AskReindex(ctx context.Context) (int64, error) {
	number := int64(0)
	if err := tx.LockedSetting(ctx, reindexName, &number); err != nil {
		return 0, err
	}
	number++
	return number, tx.PutSetting(ctx, reindexName, number)
}

// ReindexAsked returns the number of the newest request to build the search indexes anew, 0 when there was none.
func (c *Catalog) ReindexAsked(ctx context.Context) (int64, error) {
	number := int64(0)
	err := c.Reader(systemViewer()).Setting(ctx, reindexName, &number)
	return number, ignoreMissing(err)
}

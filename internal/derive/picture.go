package derive

import (
	"context"

	"vannghe/internal/tool/vips"
)

func (t task) vips() *vips.Tool { return vips.New(t.deriver.runner, vips.DefaultLimits()) }

// picture is the task's original as something that vips reads.
func (t task) picture(_ context.Context) (vips.Source, error) {
	return vips.Source{Path: t.input, Format: vips.Format(t.file.Format)}, nil
}

package derive

import "vannghe/internal/tool/vips"

func (t task) vips() *vips.Tool { return vips.New(t.deriver.runner, vips.DefaultLimits()) }

// picture is the task's original as something that vips reads.
func (t task) picture() vips.Source {
	return vips.Source{Path: t.input, Format: vips.Format(t.file.Format)}
}

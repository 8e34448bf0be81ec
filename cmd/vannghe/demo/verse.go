package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// verse makes the n-th extra poem: a quatrain or two put together from halves of lines, so that an archive of any size can be
// filled. The same n gives the same poem.
func verse(n int) (work, string) {
	c := rand.New(rand.NewPCG(uint64(n), 2024))
	pick := func(list []string) string { return list[c.IntN(len(list))] }
	var b strings.Builder
	for stanza := range 2 + c.IntN(3) {
		if stanza > 0 {
			b.WriteString("\n")
		}
		for range 4 {
			fmt.Fprintf(&b, "%s %s\n", pick(openings()), pick(closings()))
		}
	}
	title := pick(things()) + " " + pick(places())
	w := work{
		file: fmt.Sprintf("tho-them/%05d.txt", n), key: fmt.Sprintf("tho-them-%d", n), title: fmt.Sprintf("%s, bài %d", title, n),
		creator: pick(poets()), genre: "thơ", date: fmt.Sprint(1975 + c.IntN(50)), light: true,
	}
	return w, b.String()
}

func openings() []string {
	return []string{"chiều nghiêng bên bến", "tiếng gà gọi nắng", "mẹ ngồi vá lại", "con đường đất đỏ", "trăng non treo nhẹ", "gió đồng đi vắng",
		"mái đình còn nhớ", "ngày mưa rất chậm", "hạt thóc nằm nghe", "ai về gánh nước", "sông thôi không chảy", "cánh cò chở nắng"}
}

func closings() []string {
	return []string{"một góc trời xa", "câu hò đã cũ", "mùi rơm tháng mười", "chiếc áo ngày xưa", "trên vai người lính", "giữa lòng bàn tay",
		"qua miền thương nhớ", "không hẹn mà về", "trong veo tiếng sáo", "bên hiên nhà vắng", "như là cổ tích", "đợi mùa hoa sang"}
}

func things() []string {
	return []string{"Nắng", "Mưa", "Khói", "Tiếng gà", "Con đò", "Mái ngói", "Hương bưởi", "Lá bàng", "Bậc đá", "Ngọn đèn"}
}

func places() []string {
	return []string{"đèo Gió", "bến Vải", "bến Chài", "ghềnh Hổ Đợi", "làng Đồi Chum", "chợ huyện", "ngã ba Gạo", "sông Mơ", "xóm Thượng", "đồng Chiêm"}
}

func poets() []string {
	return []string{"Nguyễn Hạ Vân", "Trần Thiện Lộc", "Mai Chi", "Lê Thu Hoài", "Vũ Đình Khuê", "Phạm Văn Kha", "Bùi Văn Chắt", "Lò Thị Dung"}
}

package ingest

// byMPEG recognises the MPEG streams, which have no signature but a rhythm: a sync pattern that comes again where the one
// before says. One sync alone is met by chance in any file, and by the byte order mark of UTF-16.
func byMPEG(head []byte) string {
	if transportStream(head, 0, 188) || transportStream(head, 4, 192) {
		return "mpegts"
	}
	return byFrames(head)
}

// transportStream wants the sync byte of ISO/IEC 13818-1 §2.4.3.2 in at least three packets and in every one seen.
func transportStream(head []byte, first, packet int) bool {
	seen := 0
	for at := first; at < len(head); at += packet {
		if head[at] != 0x47 {
			return false
		}
		seen++
	}
	return seen >= 3
}

// byFrames recognises bare MPEG audio: two frames in a row, each of a valid header.
func byFrames(head []byte) string {
	switch {
	case twice(head, frameLength):
		return "mp3"
	case twice(head, adtsLength):
		return "aac"
	}
	return ""
}

func twice(head []byte, length func([]byte) int) bool {
	n := length(head)
	return n > 0 && n < len(head) && length(head[n:]) > 0
}

// Bit rates in kbit/s of MPEG audio layers (ISO/IEC 11172-3 table 2.4.2.3, ISO/IEC 13818-3 §2.4.2.3).
var (
	rates1 = [4][16]int{
		3: {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
		2: {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
		1: {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	}
	rates2 = [4][16]int{
		3: {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
		2: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
		1: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	sampling = [3]int{44100, 48000, 32000}
)

// frameLength returns the length in bytes of the MPEG audio frame whose header b begins with, 0 when it is none.
func frameLength(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return 0
	}
	version, layer := b[1]>>3&3, b[1]>>1&3
	rate, hertz, padding := b[2]>>4, b[2]>>2&3, int(b[2]>>1&1)
	if version == 1 || layer == 0 || rate == 0 || rate == 15 || hertz == 3 {
		return 0
	}
	table, frequency := &rates1, sampling[hertz]
	if version != 3 { // MPEG 2 halves the sampling frequency, MPEG 2.5 halves it again
		table, frequency = &rates2, frequency/2
	}
	if version == 0 {
		frequency /= 2
	}
	bits := table[layer][rate] * 1000
	switch {
	case layer == 3:
		return (12*bits/frequency + padding) * 4
	case layer == 1 && version != 3:
		return 72*bits/frequency + padding
	default:
		return 144*bits/frequency + padding
	}
}

// adtsLength returns the length in bytes of the ADTS frame (ISO/IEC 13818-7 §6.2) whose header b begins with, 0 when it is none.
func adtsLength(b []byte) int {
	if len(b) < 7 || b[0] != 0xff || b[1]&0xf6 != 0xf0 || b[2]>>2&15 > 12 {
		return 0
	}
	n := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5]>>5)
	if n < 7 {
		return 0
	}
	return n
}

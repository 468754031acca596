package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxAPIKeyName is how many characters the name of a key may have.
const MaxAPIKeyName = 100

// problemOfName says why a name cannot stand in the audit trail, "" when it can.
func problemOfName(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "A key needs a name."
	case utf8.RuneCountInString(name) > MaxAPIKeyName:
		return "A key's name may have at most 100 characters."
	case strings.TrimSpace(name) != name:
		return "A key's name may not begin or end with a space."
	case !utf8.ValidString(name) || holdsInvisible([]rune(name)):
		return "A key's name may not hold control characters, or others that cannot be seen."
	case !strings.ContainsFunc(name, standsAlone):
		return "A key's name needs a letter, a digit or another character that can be seen."
	}
	return ""
}

// WithoutInvisible returns a name without the characters that cannot be seen: two names that differ in those look alike.
func WithoutInvisible(name string) string {
	return strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return r
	}, name)
}

// holdsInvisible finds the characters that break a line in two, turn the text after them around, or show nothing, but for
// those that emoji are written with.
func holdsInvisible(name []rune) bool {
	for at, r := range name {
		if isInvisible(r) && !isPartOfEmoji(name, at) {
			return true
		}
	}
	return false
}

// isInvisible tells the characters that Unicode lets a font show nothing for, and blanks that are no spaces.
func isInvisible(r rune) bool {
	const blanks = "\u2800\U0001d159" // a Braille pattern without dots, a note without a head
	return !unicode.IsGraphic(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || strings.ContainsRune(blanks, r)
}

// isPartOfEmoji reports whether an invisible character makes one emoji of symbols, or an emoji of a symbol.
func isPartOfEmoji(name []rune, at int) bool {
	const joiner, emojiStyle = '\u200d', '\ufe0f'
	before, after := neighbour(name, at-1), neighbour(name, at+1)
	switch name[at] {
	case emojiStyle:
		return unicode.Is(unicode.So, before)
	case joiner:
		return unicode.Is(unicode.So, after) && (unicode.In(before, unicode.So, unicode.Sk) || before == emojiStyle) // Sk: skin tones
	}
	return false
}

func neighbour(name []rune, at int) rune {
	if at < 0 || at >= len(name) {
		return 0
	}
	return name[at]
}

// standsAlone tells what is seen without a character before it, as an accent is not.
func standsAlone(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !isInvisible(r)
}

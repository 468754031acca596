package endpoint

import (
	"regexp"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// A surrogate is half of a character: "\uD83D" stands for something only before its other half. gqlparser puts U+FFFD in the
// place of one that stands alone, so that a text would be stored which nobody has sent; the specification calls it a
// syntax error. (JSON with such halves is rejected by the package that reads it.)

// surrogateEscape is how each of them begins. Hardly any document has one.
var surrogateEscape = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// loneSurrogate finds the first string literal that has one, nil when none does. The document has no syntax errors.
func loneSurrogate(text string) *ast.Position {
	if !surrogateEscape.MatchString(text) {
		return nil
	}
	tokens := lexer.New(&ast.Source{Input: text})
	at, runes := 0, 0
	offset := func(position int) int { // in bytes, of one that is counted in runes
		for ; runes < position; runes++ {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
		}
		return at
	}
	for {
		token, err := tokens.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil
		}
		if token.Kind != lexer.String { // block strings have no such escapes
			continue
		}
		if begin := offset(token.Pos.Start); hasLoneSurrogate(text[begin:offset(token.Pos.End)]) {
			return &token.Pos
		}
	}
}

// hasLoneSurrogate looks at a string literal as it is written.
func hasLoneSurrogate(literal string) bool {
	for i := 0; i < len(literal); i++ {
		if literal[i] != '\\' {
			continue
		}
		half, ok := codeUnit(literal[i:])
		if !ok || !utf16.IsSurrogate(half) {
			i++ // what is escaped may be a backslash
			continue
		}
		other, _ := codeUnit(literal[i+escapeLength:])
		if utf16.DecodeRune(half, other) == utf8.RuneError {
			return true
		}
		i += 2*escapeLength - 1
	}
	return false
}

const escapeLength = len(`\uFFFF`)

// codeUnit reads an escape of four hex digits from the beginning of a text.
func codeUnit(text string) (unit rune, ok bool) {
	if len(text) < escapeLength || text[:2] != `\u` {
		return 0, false
	}
	read, err := strconv.ParseUint(text[2:escapeLength], 16, 16)
	return rune(read), err == nil
}

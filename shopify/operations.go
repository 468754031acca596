package shopify

import (
	"embed"
	"strings"
)

//go:embed operations/*.graphql
var operationFiles embed.FS

// operations are the texts of all operations by their names, which are those of their files.
var operations = readOperations()

func readOperations() map[string]string {
	entries, err := operationFiles.ReadDir("operations")
	if err != nil {
		panic("shopify: " + err.Error())
	}
	texts := make(map[string]string, len(entries))
	for _, entry := range entries {
		text, err := operationFiles.ReadFile("operations/" + entry.Name())
		if err != nil {
			panic("shopify: " + err.Error())
		}
		texts[strings.TrimSuffix(entry.Name(), ".graphql")] = string(text)
	}
	return texts
}

// operationText returns the text of an operation. A name without a file is a mistake of the program.
func operationText(name string) string {
	text, ok := operations[name]
	if !ok {
		panic("shopify: there is no operation " + name)
	}
	return text
}

// renamed returns the text of an operation under another name.
func renamed(name, to string) string {
	return strings.Replace(operationText(name), name+"(", to+"(", 1)
}

func isMutation(name string) bool { return strings.HasPrefix(operationText(name), "mutation ") }

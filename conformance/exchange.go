package conformance

import "github.com/handback/handback/shopify/sandbox"

// Exchange lists what is wrong with a call and with its answer. A call that is not valid is right to be refused.
func (s *Schema) Exchange(e sandbox.Exchange) []string {
	answer, err := ParseAnswer(e.Answer)
	if err != nil {
		return []string{err.Error()}
	}
	operation, err := s.Parse(e.Query)
	if err == nil {
		err = operation.With(e.Variables)
	}
	refused := answer.Data == nil && len(answer.Errors) > 0
	if err != nil && refused {
		return nil
	}
	if err != nil {
		return []string{"the sandbox takes what the platform does not: " + err.Error()}
	}
	problems := append(operation.Check(answer), unknown(answer)...)
	if !e.Merchant && !refused {
		problems = append(problems, operation.Discouraged()...)
	}
	if inner := operation.Inner(); inner != "" && isStarted(answer) {
		problems = append(problems, s.bulk(inner)...)
	}
	return problems
}

// unknown lists what the sandbox does not have of the API, found out by an operation that is valid.
func unknown(answer Answer) []string {
	var problems []string
	for _, e := range answer.Errors {
		switch e.Extensions["code"] {
		case "undefinedField", "undefinedType", "argumentNotAccepted", "selectionMismatch", "missingRequiredArguments":
			problems = append(problems, "the sandbox refuses what is valid: "+e.Message)
		}
	}
	return problems
}

// bulk looks at an operation that was started in bulk.
func (s *Schema) bulk(text string) []string {
	operation, err := s.Parse(text)
	if err != nil {
		return []string{"in bulk: " + err.Error()}
	}
	return operation.Discouraged()
}

func isStarted(answer Answer) bool {
	if answer.Data == nil {
		return false
	}
	for _, member := range *answer.Data {
		payload, _ := member.(map[string]any)
		if payload["bulkOperation"] != nil {
			return true
		}
	}
	return false
}

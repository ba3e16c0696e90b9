package slipwayhost

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// matches validates against the subset of JSON Schema that builder/schemas uses. It panics on an unknown keyword
// rather than ignoring it.
func matches(schema, value interface{}) bool {
	for keyword, argument := range schema.(map[string]interface{}) {
		if !holds(keyword, argument, value, schema.(map[string]interface{})) {
			return false
		}
	}
	return true
}

func holds(keyword string, argument, value interface{}, schema map[string]interface{}) bool {
	object, isObject := value.(map[string]interface{})
	switch keyword {
	case "$schema", "description":
		return true
	case "type":
		return hasType(argument, value)
	case "const":
		return reflect.DeepEqual(argument, value)
	case "enum":
		return anyOf(argument, func(allowed interface{}) bool { return reflect.DeepEqual(allowed, value) })
	case "anyOf":
		return anyOf(argument, func(part interface{}) bool { return matches(part, value) })
	case "oneOf":
		count := 0
		for _, part := range argument.([]interface{}) {
			if matches(part, value) {
				count++
			}
		}
		return count == 1
	case "required":
		return !isObject || !anyOf(argument, func(name interface{}) bool { return !has(object, name.(string)) })
	case "properties":
		for name, part := range argument.(map[string]interface{}) {
			if isObject && has(object, name) && !matches(part, object[name]) {
				return false
			}
		}
		return true
	case "propertyNames":
		for name := range object {
			if !matches(argument, name) {
				return false
			}
		}
		return true
	case "additionalProperties":
		return additional(argument, object, schema)
	case "items":
		items, isList := value.([]interface{})
		return !isList || !anyOf(items, func(item interface{}) bool { return !matches(argument, item) })
	case "minItems":
		items, isList := value.([]interface{})
		return !isList || float64(len(items)) >= argument.(float64)
	case "maxItems":
		items, isList := value.([]interface{})
		return !isList || float64(len(items)) <= argument.(float64)
	case "pattern":
		text, isText := value.(string)
		return !isText || regexp.MustCompile(argument.(string)).MatchString(text)
	case "maxLength":
		text, isText := value.(string)
		return !isText || float64(len([]rune(text))) <= argument.(float64)
	case "minimum":
		number, isNumber := value.(float64)
		return !isNumber || number >= argument.(float64)
	case "maximum":
		number, isNumber := value.(float64)
		return !isNumber || number <= argument.(float64)
	}
	panic("unknown keyword " + keyword)
}

func anyOf(list interface{}, is func(interface{}) bool) bool {
	for _, item := range list.([]interface{}) {
		if is(item) {
			return true
		}
	}
	return false
}

func has(object map[string]interface{}, name string) bool {
	_, ok := object[name]
	return ok
}

func additional(allowed interface{}, object, schema map[string]interface{}) bool {
	known, _ := schema["properties"].(map[string]interface{})
	for name, value := range object {
		if has(known, name) {
			continue
		}
		if isAllowed, ok := allowed.(bool); ok && !isAllowed || !ok && !matches(allowed, value) {
			return false
		}
	}
	return true
}

func hasType(expected, value interface{}) bool {
	if names, ok := expected.([]interface{}); ok {
		return anyOf(names, func(name interface{}) bool { return hasType(name, value) })
	}
	switch value := value.(type) {
	case nil:
		return expected == "null"
	case float64:
		return expected == "number" || expected == "integer" && value == float64(int64(value))
	case map[string]interface{}:
		return expected == "object"
	case []interface{}:
		return expected == "array"
	}
	return strings.HasPrefix(expected.(string), fmt.Sprintf("%T", value))
}

func decoded(text []byte) interface{} {
	var value interface{}
	if err := json.Unmarshal(text, &value); err != nil {
		panic(err)
	}
	return value
}

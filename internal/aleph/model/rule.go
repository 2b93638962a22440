// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// Rule is what kind of rule a violation breaks. There is one thing to do about each.
type Rule string

// The rules of the models, and of sending.
const (
	RuleType       Rule = "type"
	RuleRange      Rule = "range"
	RuleLength     Rule = "length"
	RuleCount      Rule = "count"
	RuleEmpty      Rule = "empty"
	RuleChoice     Rule = "choice"
	RuleForm       Rule = "form"
	RuleItemHash   Rule = "item hash"
	RuleExpression Rule = "expression"
	RuleFlat       Rule = "flat"
	RuleRequired   Rule = "required"
	RuleForbidden  Rule = "forbidden"
	RuleTogether   Rule = "together"
	RulePayment    Rule = "payment"
	RuleCharacter  Rule = "character"
	RulePercent    Rule = "percent"
	RuleSize       Rule = "size"
	RuleJSON       Rule = "json"
	// RuleCanonical is that a PROGRAM says what its model reads, without which no compute node runs it.
	RuleCanonical Rule = "canonical"
	// RuleEnvelope is for what whoever signs a message writes, and no user does.
	RuleEnvelope Rule = "envelope"
)

// ruleRemedies say what to do about a violation, by its rule.
var ruleRemedies = map[Rule]string{
	RuleType:       "Write a value of that type.",
	RuleRange:      "Write a number within these limits.",
	RuleLength:     "Shorten it.",
	RuleCount:      "Take out what is too much, or add what is missing.",
	RuleEmpty:      "Write something, or leave it out.",
	RuleChoice:     "Write one of these.",
	RuleForm:       "Write it in this form.",
	RuleItemHash:   "Copy the whole hash from where the message was published: an attribute of a resource, or an explorer.",
	RuleExpression: "Correct the expression, or leave it out.",
	RuleFlat:       "Write what is nested as one text, or leave it out.",
	RuleRequired:   "Add it.",
	RuleForbidden:  "Take it out.",
	RuleTogether:   "Change one of the two.",
	RulePayment:    "Pay in another way, with `credit` for instance.",
	RuleCharacter:  "Take the character out.",
	RulePercent:    "Write the character in another way.",
	RuleSize:       "Make it smaller: what is long can be kept in a file of its own.",
	RuleJSON:       "Write one value of valid JSON.",
	RuleCanonical:  "Write every value as the model reads it, with each default.",
	RuleEnvelope:   "Publish it anew with another tool: what signed it wrote it wrongly.",
}

// Remedy says what to do, as a sentence.
func (r Rule) Remedy() string { return ruleRemedies[r] }

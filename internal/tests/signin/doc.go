// Package signin tests how a person signs in, from outside: Begin and Finish of a web application,
// Interactive of a program, and what becomes of hostile callbacks and odd answers.
package signin

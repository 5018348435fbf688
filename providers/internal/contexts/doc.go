// Package contexts has no code. Its tests end the context of a call at every stage that the call
// goes through, at every vendor that has it, in virtual time: the call returns in the same
// instant, says why in the caller's own words and whether a write may have been executed, sends
// nothing more, and leaves those alone who wait for the same thing.
package contexts

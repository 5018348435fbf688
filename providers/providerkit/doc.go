// Package providerkit is for authors of providers. Programs that use a provider need none of it.
//
// A driver maps the portable model to the words of one vendor. What is the same at every vendor is here:
//
//   - [Object] edits a JSON object and keeps what the driver does not know, for an update that replaces the
//     whole of a client.
//   - [Decode] reads an answer of which a member has another JSON type than the vendor documents: the member
//     costs only itself. [ReadDocument] and [List] do that for lists, entry by entry.
//   - [ExtraOf], [Settings] and [CheckExtra] are for the settings that only one provider has, [DriverOf] for
//     what it has beyond the portable verbs.
//   - [InvalidFields], [CreatedWithoutSecret], [CreatedUnread] and [Reason] make errors, [IsAPI] tells whose
//     answer one is, [Challenges] reads WWW-Authenticate.
//   - [CheckURL] and [CheckID] check what users configure and ask for, before anything is sent.
//   - [WriteFile], [ReadFile], [RemoveFile] and [LockFile] are for files with a secret.
//
// No error of this package repeats what stands in an answer: it may be a secret, or megabytes of something
// else.
package providerkit

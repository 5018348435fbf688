// Package gallery has only tests: of the library against real servers, each in one version that is pinned.
// A server stands in a folder of servers, with how it is got, how it starts, and its manners as data. One
// table of cases runs over all of them, and docs/servers.md is written from what came out.
//
// What each server answers to one series of requests is recorded for the fakes, in the testdata of dcrtest. A
// server that answers in another shape fails its test, until -update has written it down.
//
// What a server lacks or does wrong stands in its manners with the reason. It is no skipped test: the case
// asserts how it ends there, so that a server that was mended is noticed.
//
// Run them with .ci/gallery, or "make gallery SERVER=name" for one of them. What is downloaded is kept in
// the folder GALLERY_CACHE, oauthclients-gallery in the user's cache if that is not set.
package gallery

package sipgatetest

import (
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds what the fake knows about scopes: which ones there are, in words for the
// consent page, and what they open.

// unknownScopes reports whether one of the scopes is not in sipgate's catalogue.
func unknownScopes(scopes []string) bool {
	known := catalogue()
	return slices.ContainsFunc(scopes, func(scope string) bool { return known[scope] == "" })
}

// opens reports whether granted scopes are enough for a call that needs one; "" needs none.
func opens(granted []string, needed string) bool {
	return needed == "" || slices.Contains(granted, needed) || slices.Contains(granted, sipgate.ScopeAll)
}

// splitScopes reads the scope parameter of RFC 6749 section 3.3.
func splitScopes(scope string) []string { return strings.Fields(scope) }

// catalogue says in words what each scope allows.
func catalogue() map[string]string {
	return map[string]string{
		sipgate.ScopeAccountRead:                        "Read the account record",
		sipgate.ScopeAccountWrite:                       "Change the account record",
		sipgate.ScopeAddressesRead:                      "Read postal addresses",
		sipgate.ScopeAddressesWrite:                     "Change postal addresses",
		sipgate.ScopeAll:                                "Do everything in the account",
		sipgate.ScopeAuthorizationOAuth2ClientsRead:     "Read OAuth2 clients",
		sipgate.ScopeAuthorizationOAuth2ClientsWrite:    "Change OAuth2 clients",
		sipgate.ScopeAuthorizationOAuthClientsRead:      "Read OAuth clients, older spelling",
		sipgate.ScopeAuthorizationOAuthClientsWrite:     "Change OAuth clients, older spelling",
		sipgate.ScopeAutoRecordingGreetingRead:          "Read the greeting played before automatic recording",
		sipgate.ScopeAutoRecordingGreetingWrite:         "Change the greeting played before automatic recording",
		sipgate.ScopeBalanceRead:                        "Read the account balance",
		sipgate.ScopeBlacklistRead:                      "Read the block list",
		sipgate.ScopeBlacklistWrite:                     "Change the block list",
		sipgate.ScopeCallRestrictionsRead:               "Read call restrictions",
		sipgate.ScopeCallRestrictionsWrite:              "Change call restrictions",
		sipgate.ScopeConferenceRoomsRead:                "Read conference rooms",
		sipgate.ScopeConferenceRoomsWrite:               "Change conference rooms",
		sipgate.ScopeContactsRead:                       "Read the address book",
		sipgate.ScopeContactsWrite:                      "Change the address book",
		sipgate.ScopeContractsCRMRead:                   "Read CRM contracts",
		sipgate.ScopeContractsRead:                      "Read contracts",
		sipgate.ScopeContractsWrite:                     "Change contracts",
		sipgate.ScopeDevicesCallerIDRead:                "Read a device’s outgoing number",
		sipgate.ScopeDevicesCallerIDWrite:               "Change a device’s outgoing number",
		sipgate.ScopeDevicesContingentsRead:             "Read mobile contingents of a device",
		sipgate.ScopeDevicesForwardingsRead:             "Read a device’s forwardings",
		sipgate.ScopeDevicesForwardingsWrite:            "Change a device’s forwardings",
		sipgate.ScopeDevicesLocalPrefixRead:             "Read a device’s automatic area code",
		sipgate.ScopeDevicesLocalPrefixWrite:            "Change a device’s automatic area code",
		sipgate.ScopeDevicesRead:                        "Read devices",
		sipgate.ScopeDevicesSIMRead:                     "Read SIM state of a device",
		sipgate.ScopeDevicesSIMWrite:                    "Change SIM state of a device",
		sipgate.ScopeDevicesSIMsOrdersWrite:             "Order SIM cards",
		sipgate.ScopeDevicesSingleRowDisplayRead:        "Read a device’s single-row display flag",
		sipgate.ScopeDevicesSingleRowDisplayWrite:       "Change a device’s single-row display flag",
		sipgate.ScopeDevicesTariffAnnouncementRead:      "Read a device’s price announcement flag",
		sipgate.ScopeDevicesTariffAnnouncementWrite:     "Change a device’s price announcement flag",
		sipgate.ScopeDevicesWrite:                       "Change devices",
		sipgate.ScopeEventsRead:                         "Read events (calls, fax, SMS, voicemail)",
		sipgate.ScopeEventsWrite:                        "Change events (calls, fax, SMS, voicemail)",
		sipgate.ScopeFaxLinesNumbersRead:                "Read numbers of fax lines",
		sipgate.ScopeFaxLinesRead:                       "Read fax lines",
		sipgate.ScopeFaxLinesWrite:                      "Change fax lines",
		sipgate.ScopeGreetingsRead:                      "Read greetings",
		sipgate.ScopeGreetingsWrite:                     "Change greetings",
		sipgate.ScopeGroupsDevicesWrite:                 "Change devices in groups",
		sipgate.ScopeGroupsFaxLinesRead:                 "Read fax lines in groups",
		sipgate.ScopeGroupsForwardingsRead:              "Read group forwardings",
		sipgate.ScopeGroupsForwardingsWrite:             "Change group forwardings",
		sipgate.ScopeGroupsNumbersRead:                  "Read group numbers",
		sipgate.ScopeGroupsRead:                         "Read groups",
		sipgate.ScopeGroupsUsersRead:                    "Read group members",
		sipgate.ScopeGroupsVoicemailsRead:               "Read group voicemail",
		sipgate.ScopeGroupsWrite:                        "Change groups",
		sipgate.ScopeHistoryRead:                        "Read the event history",
		sipgate.ScopeHistoryWrite:                       "Change the event history",
		sipgate.ScopeInternal:                           "An internal placeholder",
		sipgate.ScopeIVRsRead:                           "Read IVR menus",
		sipgate.ScopeIVRsWrite:                          "Change IVR menus",
		sipgate.ScopeLabelsRead:                         "Read labels",
		sipgate.ScopeLabelsWrite:                        "Change labels",
		sipgate.ScopeLogWebhooksRead:                    "Read the webhook log",
		sipgate.ScopeMicrosoftTeamsFQDNRead:             "Read the Microsoft Teams domain setting",
		sipgate.ScopeMicrosoftTeamsFQDNWrite:            "Change the Microsoft Teams domain setting",
		sipgate.ScopeNotificationsRead:                  "Read notification rules",
		sipgate.ScopeNotificationsWrite:                 "Change notification rules",
		sipgate.ScopeNumbersRead:                        "Read phone numbers and their routing",
		sipgate.ScopeNumbersWrite:                       "Change phone numbers and their routing",
		sipgate.ScopeOpenID:                             "Know who signs in",
		sipgate.ScopePaymentMethodsRead:                 "Read payment methods",
		sipgate.ScopePaymentMethodsWrite:                "Change payment methods",
		sipgate.ScopePhoneLinesBlockAnonymousRead:       "Read the block-anonymous setting of a phone line",
		sipgate.ScopePhoneLinesBlockAnonymousWrite:      "Change the block-anonymous setting of a phone line",
		sipgate.ScopePhoneLinesBusyOnBusyRead:           "Read the busy-on-busy setting of a phone line",
		sipgate.ScopePhoneLinesBusyOnBusyWrite:          "Change the busy-on-busy setting of a phone line",
		sipgate.ScopePhoneLinesDevicesRead:              "Read devices of a phone line",
		sipgate.ScopePhoneLinesDevicesWrite:             "Change devices of a phone line",
		sipgate.ScopePhoneLinesForwardingsRead:          "Read forwardings of a phone line",
		sipgate.ScopePhoneLinesForwardingsWrite:         "Change forwardings of a phone line",
		sipgate.ScopePhoneLinesNumbersRead:              "Read numbers of a phone line",
		sipgate.ScopePhoneLinesParallelForwardingsRead:  "Read parallel forwardings of a phone line",
		sipgate.ScopePhoneLinesParallelForwardingsWrite: "Change parallel forwardings of a phone line",
		sipgate.ScopePhoneLinesRead:                     "Read phone lines",
		sipgate.ScopePhoneLinesSipgateIOLogRead:         "Read the webhook debug log of a phone line",
		sipgate.ScopePhoneLinesSipgateIORead:            "Read webhooks of a phone line",
		sipgate.ScopePhoneLinesSipgateIOWrite:           "Change webhooks of a phone line",
		sipgate.ScopePhoneLinesVoicemailsGreetingsRead:  "Read voicemail greetings of a phone line",
		sipgate.ScopePhoneLinesVoicemailsGreetingsWrite: "Change voicemail greetings of a phone line",
		sipgate.ScopePhoneLinesVoicemailsRead:           "Read voicemail of a phone line",
		sipgate.ScopePhoneLinesVoicemailsWrite:          "Change voicemail of a phone line",
		sipgate.ScopePhoneLinesWrite:                    "Change phone lines",
		sipgate.ScopePhonesRead:                         "Read provisioned phones",
		sipgate.ScopePhonesWrite:                        "Change provisioned phones",
		sipgate.ScopePortingsRead:                       "Read number portings",
		sipgate.ScopePortingsWrite:                      "Change number portings",
		sipgate.ScopeProductsRead:                       "Read products",
		sipgate.ScopePushDeviceRegister:                 "Register a device for push notifications",
		sipgate.ScopeRTCMRead:                           "Read running calls (real-time control)",
		sipgate.ScopeRTCMWrite:                          "Change running calls (real-time control)",
		sipgate.ScopeSessionsCallsWrite:                 "Start a call",
		sipgate.ScopeSessionsFaxWrite:                   "Send a fax",
		sipgate.ScopeSessionsSMSWrite:                   "Send an SMS",
		sipgate.ScopeSessionsWrite:                      "Start calls and send fax or SMS",
		sipgate.ScopeSettingsRead:                       "Read account-wide settings",
		sipgate.ScopeSettingsSipgateIORead:              "Read account-wide webhook URLs",
		sipgate.ScopeSettingsSipgateIOWrite:             "Change account-wide webhook URLs",
		sipgate.ScopeSettingsWrite:                      "Change account-wide settings",
		sipgate.ScopeSMSCallerIDRead:                    "Read the sender number for SMS",
		sipgate.ScopeSMSCallerIDWrite:                   "Change the sender number for SMS",
		sipgate.ScopeSMSRead:                            "Read SMS extensions",
		sipgate.ScopeSMSWrite:                           "Change SMS extensions",
		sipgate.ScopeTACsRead:                           "Read terms and conditions texts",
		sipgate.ScopeTrunkRead:                          "Read trunk settings",
		sipgate.ScopeUsersBusyOnBusyWrite:               "Change a user’s busy-on-busy flag",
		sipgate.ScopeUsersDefaultDeviceWrite:            "Change a user’s default device",
		sipgate.ScopeUsersRead:                          "Read users",
		sipgate.ScopeUsersRoleWrite:                     "Change a user’s role",
		sipgate.ScopeUsersWrite:                         "Change users",
		sipgate.ScopeVoicemailsRead:                     "Read voicemail boxes",
		sipgate.ScopeVoicemailsWrite:                    "Change voicemail boxes",
		sipgate.ScopeOfflineAccess:                      "Stay signed in when the session has ended",
	}
}

package sipgate

// This file is the catalogue of sipgate's scopes, in alphabetical order.

// The scopes of the v2 API as its OpenAPI description declares them, in the form in which they
// stand in a token request. They are for signing in, such as oauthclients.PasswordGrant.Scopes,
// and not for OAuthClient.Scopes, which sipgate's clients do not have.
//
// Managing OAuth2 clients takes [ScopeAuthorizationOAuth2ClientsRead] and
// [ScopeAuthorizationOAuth2ClientsWrite]; a personal access token gets its scopes when it is
// created. The constants are untyped, and a scope that is missing here is not refused anywhere.
const (
	ScopeAccountRead                        = "account:read"                          // read the account record
	ScopeAccountWrite                       = "account:write"                         // change the account record
	ScopeAddressesRead                      = "addresses:read"                        // read postal addresses
	ScopeAddressesWrite                     = "addresses:write"                       // change postal addresses
	ScopeAll                                = "all"                                   // every permission
	ScopeAuthorizationOAuth2ClientsRead     = "authorization:oauth2:clients:read"     // List and Get
	ScopeAuthorizationOAuth2ClientsWrite    = "authorization:oauth2:clients:write"    // Create, Update and Delete
	ScopeAuthorizationOAuthClientsRead      = "authorization:oauth:clients:read"      // read OAuth clients, older spelling
	ScopeAuthorizationOAuthClientsWrite     = "authorization:oauth:clients:write"     // change OAuth clients, older spelling
	ScopeAutoRecordingGreetingRead          = "autorecording:greeting:read"           // read the greeting before automatic recording
	ScopeAutoRecordingGreetingWrite         = "autorecording:greeting:write"          // change the greeting before automatic recording
	ScopeBalanceRead                        = "balance:read"                          // read the account balance
	ScopeBlacklistRead                      = "blacklist:read"                        // read the block list
	ScopeBlacklistWrite                     = "blacklist:write"                       // change the block list
	ScopeCallRestrictionsRead               = "callrestrictions:read"                 // read call restrictions
	ScopeCallRestrictionsWrite              = "callrestrictions:write"                // change call restrictions
	ScopeConferenceRoomsRead                = "conferencerooms:read"                  // read conference rooms
	ScopeConferenceRoomsWrite               = "conferencerooms:write"                 // change conference rooms
	ScopeContactsRead                       = "contacts:read"                         // read the address book
	ScopeContactsWrite                      = "contacts:write"                        // change the address book
	ScopeContractsCRMRead                   = "contracts:crm:read"                    // read CRM contracts
	ScopeContractsRead                      = "contracts:read"                        // read contracts
	ScopeContractsWrite                     = "contracts:write"                       // change contracts
	ScopeDevicesCallerIDRead                = "devices:callerid:read"                 // read a device's outgoing number
	ScopeDevicesCallerIDWrite               = "devices:callerid:write"                // change a device's outgoing number
	ScopeDevicesContingentsRead             = "devices:contingents:read"              // read mobile contingents of a device
	ScopeDevicesForwardingsRead             = "devices:forwardings:read"              // read a device's forwardings
	ScopeDevicesForwardingsWrite            = "devices:forwardings:write"             // change a device's forwardings
	ScopeDevicesLocalPrefixRead             = "devices:localprefix:read"              // read a device's automatic area code
	ScopeDevicesLocalPrefixWrite            = "devices:localprefix:write"             // change a device's automatic area code
	ScopeDevicesRead                        = "devices:read"                          // read devices
	ScopeDevicesSIMRead                     = "devices:sim:read"                      // read SIM state of a device
	ScopeDevicesSIMWrite                    = "devices:sim:write"                     // change SIM state of a device
	ScopeDevicesSIMsOrdersWrite             = "devices:sims:orders:write"             // order SIM cards
	ScopeDevicesSingleRowDisplayRead        = "devices:singlerowdisplay:read"         // read a device's single-row display flag
	ScopeDevicesSingleRowDisplayWrite       = "devices:singlerowdisplay:write"        // change a device's single-row display flag
	ScopeDevicesTariffAnnouncementRead      = "devices:tariffannouncement:read"       // read a device's price announcement flag
	ScopeDevicesTariffAnnouncementWrite     = "devices:tariffannouncement:write"      // change a device's price announcement flag
	ScopeDevicesWrite                       = "devices:write"                         // change devices
	ScopeEventsRead                         = "events:read"                           // read events (calls, fax, SMS, voicemail)
	ScopeEventsWrite                        = "events:write"                          // change events (calls, fax, SMS, voicemail)
	ScopeFaxLinesNumbersRead                = "faxlines:numbers:read"                 // read numbers of fax lines
	ScopeFaxLinesRead                       = "faxlines:read"                         // read fax lines
	ScopeFaxLinesWrite                      = "faxlines:write"                        // change fax lines
	ScopeGreetingsRead                      = "greetings:read"                        // read greetings
	ScopeGreetingsWrite                     = "greetings:write"                       // change greetings
	ScopeGroupsDevicesWrite                 = "groups:devices:write"                  // change devices in groups
	ScopeGroupsFaxLinesRead                 = "groups:faxlines:read"                  // read fax lines in groups
	ScopeGroupsForwardingsRead              = "groups:forwardings:read"               // read group forwardings
	ScopeGroupsForwardingsWrite             = "groups:forwardings:write"              // change group forwardings
	ScopeGroupsNumbersRead                  = "groups:numbers:read"                   // read group numbers
	ScopeGroupsRead                         = "groups:read"                           // read groups
	ScopeGroupsUsersRead                    = "groups:users:read"                     // read group members
	ScopeGroupsVoicemailsRead               = "groups:voicemails:read"                // read group voicemail
	ScopeGroupsWrite                        = "groups:write"                          // change groups
	ScopeHistoryRead                        = "history:read"                          // read the event history
	ScopeHistoryWrite                       = "history:write"                         // change the event history
	ScopeInternal                           = "internal"                              // internal placeholder; do not request
	ScopeIVRsRead                           = "ivrs:read"                             // read IVR menus
	ScopeIVRsWrite                          = "ivrs:write"                            // change IVR menus
	ScopeLabelsRead                         = "labels:read"                           // read labels
	ScopeLabelsWrite                        = "labels:write"                          // change labels
	ScopeLogWebhooksRead                    = "log:webhooks:read"                     // read the webhook log
	ScopeMicrosoftTeamsFQDNRead             = "microsoftteams:fqdn:read"              // read the Microsoft Teams domain setting
	ScopeMicrosoftTeamsFQDNWrite            = "microsoftteams:fqdn:write"             // change the Microsoft Teams domain setting
	ScopeNotificationsRead                  = "notifications:read"                    // read notification rules
	ScopeNotificationsWrite                 = "notifications:write"                   // change notification rules
	ScopeNumbersRead                        = "numbers:read"                          // read phone numbers and their routing
	ScopeNumbersWrite                       = "numbers:write"                         // change phone numbers and their routing
	ScopeOpenID                             = "openid"                                // OpenID Connect login with an ID token
	ScopePaymentMethodsRead                 = "payment:methods:read"                  // read payment methods
	ScopePaymentMethodsWrite                = "payment:methods:write"                 // change payment methods
	ScopePhoneLinesBlockAnonymousRead       = "phonelines:blockanonymous:read"        // read the block-anonymous setting of a phone line
	ScopePhoneLinesBlockAnonymousWrite      = "phonelines:blockanonymous:write"       // change the block-anonymous setting of a phone line
	ScopePhoneLinesBusyOnBusyRead           = "phonelines:busyonbusy:read"            // read the busy-on-busy setting of a phone line
	ScopePhoneLinesBusyOnBusyWrite          = "phonelines:busyonbusy:write"           // change the busy-on-busy setting of a phone line
	ScopePhoneLinesDevicesRead              = "phonelines:devices:read"               // read devices of a phone line
	ScopePhoneLinesDevicesWrite             = "phonelines:devices:write"              // change devices of a phone line
	ScopePhoneLinesForwardingsRead          = "phonelines:forwardings:read"           // read forwardings of a phone line
	ScopePhoneLinesForwardingsWrite         = "phonelines:forwardings:write"          // change forwardings of a phone line
	ScopePhoneLinesNumbersRead              = "phonelines:numbers:read"               // read numbers of a phone line
	ScopePhoneLinesParallelForwardingsRead  = "phonelines:parallelforwardings:read"   // read parallel forwardings of a phone line
	ScopePhoneLinesParallelForwardingsWrite = "phonelines:parallelforwardings:write"  // change parallel forwardings of a phone line
	ScopePhoneLinesRead                     = "phonelines:read"                       // read phone lines
	ScopePhoneLinesSipgateIOLogRead         = "phonelines:sipgateio:log:read"         // read the webhook debug log of a phone line
	ScopePhoneLinesSipgateIORead            = "phonelines:sipgateio:read"             // read webhooks of a phone line
	ScopePhoneLinesSipgateIOWrite           = "phonelines:sipgateio:write"            // change webhooks of a phone line
	ScopePhoneLinesVoicemailsGreetingsRead  = "phonelines:voicemails:greetings:read"  // read voicemail greetings of a phone line
	ScopePhoneLinesVoicemailsGreetingsWrite = "phonelines:voicemails:greetings:write" // change voicemail greetings of a phone line
	ScopePhoneLinesVoicemailsRead           = "phonelines:voicemails:read"            // read voicemail of a phone line
	ScopePhoneLinesVoicemailsWrite          = "phonelines:voicemails:write"           // change voicemail of a phone line
	ScopePhoneLinesWrite                    = "phonelines:write"                      // change phone lines
	ScopePhonesRead                         = "phones:read"                           // read provisioned phones
	ScopePhonesWrite                        = "phones:write"                          // change provisioned phones
	ScopePortingsRead                       = "portings:read"                         // read number portings
	ScopePortingsWrite                      = "portings:write"                        // change number portings
	ScopeProductsRead                       = "products:read"                         // read products
	ScopePushDeviceRegister                 = "push_device:register"                  // register a device for push notifications
	ScopeRTCMRead                           = "rtcm:read"                             // read running calls (real-time control)
	ScopeRTCMWrite                          = "rtcm:write"                            // change running calls (real-time control)
	ScopeSessionsCallsWrite                 = "sessions:calls:write"                  // start a call
	ScopeSessionsFaxWrite                   = "sessions:fax:write"                    // send a fax
	ScopeSessionsSMSWrite                   = "sessions:sms:write"                    // send an SMS
	ScopeSessionsWrite                      = "sessions:write"                        // start calls and send fax or SMS
	ScopeSettingsRead                       = "settings:read"                         // read account-wide settings
	ScopeSettingsSipgateIORead              = "settings:sipgateio:read"               // read account-wide webhook URLs
	ScopeSettingsSipgateIOWrite             = "settings:sipgateio:write"              // change account-wide webhook URLs
	ScopeSettingsWrite                      = "settings:write"                        // change account-wide settings
	ScopeSMSCallerIDRead                    = "sms:callerid:read"                     // read the sender number for SMS
	ScopeSMSCallerIDWrite                   = "sms:callerid:write"                    // change the sender number for SMS
	ScopeSMSRead                            = "sms:read"                              // read SMS extensions
	ScopeSMSWrite                           = "sms:write"                             // change SMS extensions
	ScopeTACsRead                           = "tacs:read"                             // read terms and conditions texts
	ScopeTrunkRead                          = "trunk:read"                            // read trunk settings
	ScopeUsersBusyOnBusyWrite               = "users:busyonbusy:write"                // change a user's busy-on-busy flag
	ScopeUsersDefaultDeviceWrite            = "users:defaultdevice:write"             // change a user's default device
	ScopeUsersRead                          = "users:read"                            // read users
	ScopeUsersRoleWrite                     = "users:role:write"                      // change a user's role
	ScopeUsersWrite                         = "users:write"                           // change users
	ScopeVoicemailsRead                     = "voicemails:read"                       // read voicemail boxes
	ScopeVoicemailsWrite                    = "voicemails:write"                      // change voicemail boxes
)

// ScopeOfflineAccess asks for a refresh token that outlives the login session. No scope list of
// sipgate has it, but sipgate's own desktop application uses it.
const ScopeOfflineAccess = "offline_access"

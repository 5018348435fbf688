package genesys

import (
	"fmt"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the regions of Genesys Cloud and the domains they are served from.

// Region is an AWS region in which Genesys Cloud runs, such as "eu-west-1". An organization
// lives in exactly one. A Region has exactly this spelling; [ParseRegion] takes others.
type Region string

// The public regions of Genesys Cloud, as its official SDKs list them.
const (
	USEast1      Region = "us-east-1"      // mypurecloud.com, the default
	USEast2      Region = "us-east-2"      // use2.us-gov-pure.cloud (FedRAMP)
	USWest2      Region = "us-west-2"      // usw2.pure.cloud
	CACentral1   Region = "ca-central-1"   // cac1.pure.cloud
	MXCentral1   Region = "mx-central-1"   // mxc1.pure.cloud
	SAEast1      Region = "sa-east-1"      // sae1.pure.cloud
	EUWest1      Region = "eu-west-1"      // mypurecloud.ie
	EUWest2      Region = "eu-west-2"      // euw2.pure.cloud
	EUCentral1   Region = "eu-central-1"   // mypurecloud.de
	EUCentral2   Region = "eu-central-2"   // euc2.pure.cloud
	EUSCDEEast1  Region = "eusc-de-east-1" // edee1.eusc-pure.cloud (EU sovereign)
	MECentral1   Region = "me-central-1"   // mec1.pure.cloud
	APSouth1     Region = "ap-south-1"     // aps1.pure.cloud
	APSoutheast1 Region = "ap-southeast-1" // apse1.pure.cloud
	APSoutheast2 Region = "ap-southeast-2" // mypurecloud.com.au
	APNortheast1 Region = "ap-northeast-1" // mypurecloud.jp
	APNortheast2 Region = "ap-northeast-2" // apne2.pure.cloud
	APNortheast3 Region = "ap-northeast-3" // apne3.pure.cloud
)

// ParseRegion returns the region with the given name. It takes "-" or "_" between the parts
// and any case, "eu-west-1" and "EU_WEST_1", since Genesys' own tools differ in that. Any other
// name is an [*oauthclients.Error] of kind ErrInvalid, for "Region", that lists the regions there are.
func ParseRegion(name string) (Region, error) {
	if wanted := folding(name); wanted.domain() != "" {
		return wanted, nil
	}
	return "", providerkit.InvalidFields(providerName, "ParseRegion", []oauthclients.FieldError{noRegion(name)})
}

func folding(name string) Region {
	return Region(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-"))
}

func noRegion(name string) oauthclients.FieldError {
	return oauthclients.FieldError{
		Field: "Region", Code: "invalid", Message: fmt.Sprintf("there is no %q; there are %s", name, regionNames()),
	}
}

// check returns the domain of a configured region, or what is wrong with it. It does not guess:
// a region that was corrected here would differ from the one in the program's configuration.
func (r Region) check() (string, []oauthclients.FieldError) {
	if domain := r.domain(); domain != "" {
		return domain, nil
	}
	fault := noRegion(string(r))
	if strings.Contains(string(r), ".") {
		fault.Message = `looks like a domain: set Domain, such as "mypurecloud.ie", instead`
	} else if known := folding(string(r)); known.domain() != "" {
		fault.Message = fmt.Sprintf("must be exactly %q; ParseRegion takes other spellings", known)
	}
	return "", []oauthclients.FieldError{fault}
}

// domain is what stands after "api." and "login." in the region's hosts, "" for a region that there
// is not.
func (r Region) domain() string {
	for _, known := range regions() {
		if known.name == r {
			return known.domain
		}
	}
	return ""
}

func regionNames() string {
	var names []string
	for _, known := range regions() {
		names = append(names, string(known.name))
	}
	return strings.Join(names, ", ")
}

type regionDomain struct {
	name   Region
	domain string
}

// regions is a function because a package-level table could be changed.
func regions() []regionDomain {
	return []regionDomain{
		{USEast1, "mypurecloud.com"},
		{USEast2, "use2.us-gov-pure.cloud"},
		{USWest2, "usw2.pure.cloud"},
		{CACentral1, "cac1.pure.cloud"},
		{MXCentral1, "mxc1.pure.cloud"},
		{SAEast1, "sae1.pure.cloud"},
		{EUWest1, "mypurecloud.ie"},
		{EUWest2, "euw2.pure.cloud"},
		{EUCentral1, "mypurecloud.de"},
		{EUCentral2, "euc2.pure.cloud"},
		{EUSCDEEast1, "edee1.eusc-pure.cloud"},
		{MECentral1, "mec1.pure.cloud"},
		{APSouth1, "aps1.pure.cloud"},
		{APSoutheast1, "apse1.pure.cloud"},
		{APSoutheast2, "mypurecloud.com.au"},
		{APNortheast1, "mypurecloud.jp"},
		{APNortheast2, "apne2.pure.cloud"},
		{APNortheast3, "apne3.pure.cloud"},
	}
}

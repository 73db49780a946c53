"""A script with nothing but Python's standard library: a token of version 1, a query, and the rows as CSV."""

import csv
import json
import os
import sys
import urllib.parse
import urllib.request

url = os.environ["HARRIER_URL"]
token_url = "%s/%s/oauth2/token" % (url, os.environ["TENANT"])
form = {
    "resource": "https://api.securitycenter.microsoft.com",
    "client_id": os.environ["CLIENT_ID"],
    "client_secret": os.environ["CLIENT_SECRET"],
    "grant_type": "client_credentials",
}
request = urllib.request.Request(token_url, urllib.parse.urlencode(form).encode("utf-8"))
token = json.loads(urllib.request.urlopen(request).read())["access_token"]

query = "DeviceProcessEvents\n| project FileName, ProcessId"
headers = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Authorization": "Bearer " + token,
}
data = json.dumps({"Query": query}).encode("utf-8")
request = urllib.request.Request(url + "/api/advancedqueries/run", data, headers)
answer = json.loads(urllib.request.urlopen(request).read())

results = answer["Results"]
writer = csv.DictWriter(sys.stdout, fieldnames=results[0].keys(), lineterminator="\n")
writer.writeheader()
writer.writerows(results)

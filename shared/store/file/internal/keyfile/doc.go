// Package keyfile is the format of a keyring file and the rules for reading
// one: Encode and Decode make and check its bytes, Load brings them from the
// disk, History refuses to go back in time. Purge is what the passing of time
// does to a keyring. What writes the file is elsewhere (store/file/admin).
//
// The file is one readable JSON document (docs/keyring.md):
//
//	{
//	  "format": 1,
//	  "generation": 7,
//	  "keys": [
//	    {
//	      "id": "rky4dm2aqk0v8t6e1hs9",
//	      "name": "orders",
//	      "status": "ACTIVE",
//	      "createdAt": "2025-03-01T09:00:00Z",
//	      "defaultAlgorithm": "AES_256",
//	      "primaryVersionId": "rkvp1c7gu53n0boa6l2f",
//	      "versions": [
//	        {
//	          "id": "rkvp1c7gu53n0boa6l2f",
//	          "algorithm": "AES_256",
//	          "status": "ACTIVE",
//	          "createdAt": "2025-03-01T09:00:00Z",
//	          "material": "(32 bytes in padded base64)",
//	          "fingerprint": "(8 bytes in hex)"
//	        }
//	      ]
//	    }
//	  ],
//	  "tombstones": [],
//	  "sha256": "(of every byte before this one)"
//	}
//
// Format 1 stays readable in every later version. Ids, statuses and
// algorithms have the spellings of package key; times are RFC 3339 in UTC.
// Nothing here needs the network.
package keyfile

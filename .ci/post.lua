-- wrk's request: a POST of the file that BODY names.
wrk.method = "POST"
wrk.body = io.open(os.getenv("BODY"), "rb"):read("*a")
wrk.headers["Content-Type"] = "application/json"

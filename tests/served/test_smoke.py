def test_up(stack):
    assert stack.is_healthy()
    print(stack.people)
    import http.client
    c = http.client.HTTPConnection("127.0.0.1", stack.port)
    c.request("GET", "/assessments/", headers={"Host":"localhost","Cookie":"session="+stack.people["LA"]["lead"]["session"]})
    r = c.getresponse(); b=r.read().decode(); c.close()
    print(r.status, b[:3000])
    assert r.status==200

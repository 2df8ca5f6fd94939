// ASP.NET Core has a SessionOptions of its own, for cookies, in a namespace that every file sees.
global using SessionOptions = AgentSandbox.Server.Sessions.SessionOptions;

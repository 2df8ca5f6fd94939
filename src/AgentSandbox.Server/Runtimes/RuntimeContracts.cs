namespace AgentSandbox.Server.Runtimes;

internal sealed record RuntimeList(IReadOnlyList<RuntimeResponse> Items);

/// <summary>One way of making boxes.</summary>
/// <param name="Pause">Whether sessions can be paused.</param>
/// <param name="Isolations">What <c>isolation</c> may be, when a session is created.</param>
/// <param name="DefaultIsolation">What a session gets that names none.</param>
internal sealed record RuntimeResponse(string Name, bool Pause, string DefaultIsolation, IReadOnlyList<IsolationResponse> Isolations, IReadOnlyList<RuntimeHost> Hosts);

/// <param name="Walls">Found in force from inside a box, when the server started. Null is what cannot be seen from there.</param>
/// <param name="Promised">The walls that must stand, by their names in <paramref name="Walls"/>.</param>
/// <param name="Missing">Of these, those that do not: only where the operator has allowed that.</param>
internal sealed record IsolationResponse(string Name, Walls Walls, IReadOnlyList<string> Promised, IReadOnlyList<string> Missing);

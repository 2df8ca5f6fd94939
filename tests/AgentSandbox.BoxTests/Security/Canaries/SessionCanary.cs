using System.Net;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>
/// Another live session with everything that a neighbour could look for: files in the usual places, a process with a secret in
/// its environment, a TCP and a UDP port, an abstract socket, System V and POSIX queues. A program in it notes who comes by.
/// </summary>
internal sealed class SessionCanary : ICanary, IAsyncDisposable
{
    public const int Port = 4567;
    public const string AbstractName = "session-canary";
    public const string QueueName = "/session-canary";
    public const int SystemVKey = 0x0CA9A27;

    private const string Contacts = "/home/sandbox/contacts";
    private static readonly string[] Files = ["/tmp/session-canary", "/home/sandbox/session-canary", "/dev/shm/session-canary"];

    private readonly TestSession _session;
    private int _pid;

    private SessionCanary(TestSession session) => _session = session;

    public string Id => _session.Id;

    public TestSession Session => _session;

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32);

    public static async Task<SessionCanary> StartAsync(Api api, string isolation)
    {
        var canary = new SessionCanary(await api.CreateAsync(new { isolation, timeoutMs = 1_800_000 }));
        await canary.SettleAsync();
        return canary;
    }

    public async Task<string?> ComplainAsync()
    {
        var contacts = Encoding.UTF8.GetString(await _session.ReadAsync(Contacts));
        if (contacts.Length > 0)
        {
            await _session.PutAsync(Contacts, []);
            return $"The other session was reached: {contacts}";
        }

        foreach (var file in Files)
        {
            if (Encoding.UTF8.GetString(await _session.ReadAsync(file)) != Secret) return $"The other session's file {file} was changed.";
        }

        var command = await _session.Api.GetAsync($"{_session.Path}/commands/{_pid}");
        return command.GetProperty("running").GetBoolean() ? null : $"The other session's process ended: {command}";
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task SettleAsync()
    {
        foreach (var file in Files.Append("secret")) await _session.PutAsync(file, Encoding.UTF8.GetBytes(Secret));
        await _session.PutAsync(Contacts, []);
        var request = new
        {
            command = new[] { "python3", "-c", Program },
            env = new Dictionary<string, string> { ["CANARY_SECRET"] = Secret },
            timeoutMs = 1_800_000,
            background = true,
        };
        _pid = (await _session.RunAsync(request, HttpStatusCode.Created)).GetProperty("pid").GetInt32();
        await Eventually.BecomesTrueAsync(async () => (await _session.RunAsync("test -e /tmp/settled")).GetProperty("exitCode").GetInt32() == 0);
    }

    private static readonly string Program = $$"""
        import ctypes, select, socket
        libc = ctypes.CDLL(None, use_errno=True)
        libc.msgget({{SystemVKey}}, 0o1666)
        libc.shmget({{SystemVKey}}, 4096, 0o1666)
        libc.semget({{SystemVKey}}, 1, 0o1666)
        libc.mq_open(b"{{QueueName}}", 0o102, 0o666, None)
        tcp = socket.create_server(("", {{Port}}))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("", {{Port}}))
        local = socket.socket(socket.AF_UNIX); local.bind("\0{{AbstractName}}"); local.listen()
        open("/tmp/settled", "w").close()
        while True:
            for ready in select.select([tcp, udp, local], [], [])[0]:
                print(ready, ready.recvfrom(99) if ready is udp else ready.accept(), file=open("{{Contacts}}", "a"), flush=True)
        """;
}

using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AgentSandbox.BoxTests.Security;

/// <summary>A server for strangers who speak HTTP. It logs all that it can.</summary>
public class HttpServer : ServerFixture
{
    internal LogCapture Log { get; } = new();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["LOG_LEVEL"] = "trace",
        ["WARM_POOL_SIZE"] = "1",
        ["MAX_CONCURRENT_SESSIONS"] = "50",
    };

    protected override void OnBuilt(IServiceProvider services)
    {
        var filters = services.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>().CurrentValue;
        filters.Rules.Add(new LoggerFilterRule(typeof(ConsoleLoggerProvider).FullName, null, LogLevel.None, null));
        services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }
}

/// <summary>Such a server that has an admin: callers with his key may use all of the API.</summary>
public sealed class KeyedHttpServer : HttpServer
{
    internal async Task<string> CreateKeyAsync()
    {
        var (_, key) = await Services.GetRequiredService<KeyStore>()
            .CreateAsync(new NewKey("test", "admin", Role.Admin, Scopes.All, null), CancellationToken.None);
        return key.ToString();
    }

    internal Api As(string key)
    {
        var api = new Api(Address);
        api.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return api;
    }
}

[CollectionDefinition(Name)]
public sealed class HttpServerCollection : ICollectionFixture<HttpServer>
{
    public const string Name = "hostile http";
}

[CollectionDefinition(Name)]
public sealed class KeyedHttpServerCollection : ICollectionFixture<KeyedHttpServer>
{
    public const string Name = "hostile http with keys";
}

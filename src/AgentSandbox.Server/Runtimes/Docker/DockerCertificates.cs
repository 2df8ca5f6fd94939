using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.X509;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Who we are to an engine, and whom we take it for: files named as Docker's own tools name them. The engine's certificate
/// must come from that authority, be for a server, and bear the name that we connect to: the same authority also signs the
/// certificates of clients, and none of them may pose as an engine.
/// </summary>
internal sealed class DockerCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly string[] FileNames = ["ca.pem", "cert.pem", "key.pem"];

    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _client;

    private DockerCertificates(X509Certificate2 authority, X509Certificate2 client) => (_authority, _client) = (authority, client);

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="CryptographicException">A file does not hold what it should.</exception>
    public static DockerCertificates Load(string directory)
    {
        var missing = FileNames.Where(name => !File.Exists(Path.Combine(directory, name))).ToList();
        if (missing.Count > 0) throw new FileNotFoundException($"{directory} lacks {string.Join(", ", missing)}");

        var paths = FileNames.Select(name => Path.Combine(directory, name)).ToArray();
        return new DockerCertificates(X509CertificateLoader.LoadCertificateFromFile(paths[0]), X509Certificate2.CreateFromPemFile(paths[1], paths[2]));
    }

    public IAuthProvider CreateCredentials() => new CertificateCredentials(_client) { ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors) };

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        // That the system does not know the authority is expected; nothing else is.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;

        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;   // such authorities publish no lists
        return chain.Build(presented);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// What tells the servers of one host apart: everything that they share, control groups and host ids, is named or chosen
/// by the hash of the state directory. The same in every life of a server.
/// </summary>
internal sealed class ServerIdentity
{
    public ServerIdentity(string stateDirectory)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(stateDirectory)));
        CgroupName = $"agent-sandbox-{Convert.ToHexStringLower(hash, 0, 4)}";
        Number = BinaryPrimitives.ReadUInt16BigEndian(hash);
    }

    public string CgroupName { get; }

    public ushort Number { get; }
}

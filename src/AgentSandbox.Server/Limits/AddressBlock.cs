using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// The addresses that count as one: an IPv4 address, or the /64 of an IPv6 one, because that is what one subscriber is given
/// at least and can pick addresses from at will.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AddressBlock
{
    private const int Buckets = 1_024;

    private readonly ulong _network;
    private readonly Family _family;

    private AddressBlock(Family family, ulong network) => (_family, _network) = (family, network);

    private enum Family : byte
    {
        Unknown,
        V4,
        V6,
        Shared,
    }

    /// <param name="address">Null where there is no network, as in memory.</param>
    public static AddressBlock Of(IPAddress? address)
    {
        if (address is null) return default;

        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!plain.TryWriteBytes(bytes, out _)) return default;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? new(Family.V4, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new(Family.V6, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>
    /// One of a fixed number of blocks, the same for all of its /16 (IPv4) or /32 (IPv6). For when there are too many blocks to
    /// tell apart: then whoever has a large network shares with nearly nobody but itself.
    /// </summary>
    public AddressBlock Widen() =>
        new(Family.Shared, (uint)HashCode.Combine(_family, _family is Family.V4 ? _network >> 16 : _network >> 32) % Buckets);
}
